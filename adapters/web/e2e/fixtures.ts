import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { Stack, type StackOptions } from './stack';

interface Shared {
  /** A file that sets them with `test.use` has a stack of its own. */
  stackOptions: StackOptions;
  stack: Stack;
}

interface Each {
  /** Whatever a browser complains of while the test runs: errors, warnings and refused content. */
  complaints: string[];
  /** A browser of its own, in which somebody has signed in. */
  signedIn: (login: string) => Promise<Page>;
}

/** Complaints of the network are none of the page: servers go down in these tests. */
const isOfNetwork = (text: string) => /Failed to load resource|ERR_CONNECTION|net::ERR/.test(text);

export function listen(page: Page, complaints: string[]) {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork(message.text()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
}

export async function signIn(page: Page, stack: Stack, login: string) {
  await page.goto(`${stack.at.url}/sign-in`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(stack.at.passwords[login] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: `Account of ${login}` }).waitFor();
}

export const test = base.extend<Each, Shared>({
  stackOptions: [{ time_scale: 10 }, { option: true, scope: 'worker' }],
  stack: [
    async ({ stackOptions }, provide) => {
      const stack = await Stack.start(stackOptions);
      await provide(stack);
      await stack.stop();
    },
    { scope: 'worker' },
  ],
  complaints: async ({}, provide) => {
    const complaints: string[] = [];
    await provide(complaints);
    expect(complaints).toEqual([]);
  },
  signedIn: async ({ browser, stack, complaints }, provide) => {
    const contexts: BrowserContext[] = [];
    await provide(async (login) => {
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      listen(page, complaints);
      await signIn(page, stack, login);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});
export { expect };
