import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { makeDifferences, waitForDifferences } from './differences';
import { expect, test } from './fixtures';
import { makeWorld, placesOf, settled, type Place, type World } from './pages';
import type { Stack } from './stack';

// Every page: who can use it, on what, and what it asks of the browser.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test.use({ stackOptions: { time_scale: 10 } });

let world: World;
test.beforeAll(async ({ stack }) => {
  test.setTimeout(240_000);
  await makeDifferences(stack);
  world = await makeWorld(stack);
  await waitForDifferences(stack);
});

async function violations(page: Page) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    async (tags) =>
      (
        (await (globalThis as unknown as { axe: { run: (...given: unknown[]) => Promise<unknown> } }).axe.run(
          document,
          { runOnly: tags },
        )) as AxeResults
      ).violations.map(({ id, nodes }) => ({
        id,
        at: nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 160)} :: ${any[0]?.message ?? ''}`),
      })),
    rules,
  );
  return found;
}

/** Visits every page as the person who sees most of it. */
async function visit(
  stack: Stack,
  signedIn: (login: string) => Promise<Page>,
  look: (page: Page, place: Place) => Promise<void>,
  prepare: (page: Page) => Promise<void>,
) {
  for (const login of ['ana', 'admin'] as const) {
    const page = await signedIn(login);
    await prepare(page);
    for (const place of placesOf(world).filter((one) => one.login === login))
      await test.step(place.name, async () => {
        await page.goto(stack.at.url + place.path);
        await settled(page, place);
        await look(page, place);
      });
  }
}

for (const scheme of ['light', 'dark'] as const)
  test(`axe finds nothing on any page, ${scheme}`, async ({ stack, signedIn }) => {
    test.setTimeout(300_000);
    const found: unknown[] = [];
    await visit(
      stack,
      signedIn,
      async (page, place) => {
        for (const one of await violations(page)) found.push({ page: place.name, ...one });
      },
      (page) => page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' }),
    );
    expect(found).toEqual([]);
  });

test('no page is wider than a phone', async ({ stack, signedIn }) => {
  test.setTimeout(240_000);
  const wider: unknown[] = [];
  await visit(
    stack,
    signedIn,
    async (page, place) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) wider.push({ page: place.name, width });
    },
    (page) => page.setViewportSize({ width: 390, height: 844 }),
  );
  expect(wider).toEqual([]);
});

test('every page can be loaded anew, left and come back to', async ({ stack, signedIn }) => {
  test.setTimeout(240_000);
  const pages = { ana: await signedIn('ana'), admin: await signedIn('admin') };
  for (const place of placesOf(world))
    await test.step(place.name, async () => {
      const page = pages[place.login];
      const elsewhere =
        place.path === '/sessions'
          ? { path: '/', heading: 'Launch a machine' }
          : { path: '/sessions', heading: 'My sessions' };
      await page.goto(stack.at.url + place.path);
      await settled(page, place);
      await page.reload();
      await settled(page, place);
      // A drawer may lie over the navigation.
      await page.locator(`nav a[href="${elsewhere.path}"]`).dispatchEvent('click');
      await settled(page, elsewhere);
      await page.goBack();
      await settled(page, place);
      expect(page.url()).toBe(stack.at.url + place.path);
      await page.goForward();
      await settled(page, elsewhere);
    });
});

test('the sign-in page is fit for everybody, too', async ({ browser, stack }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(`${stack.at.url}/sign-in`);
    await settled(page, { heading: 'Sign in to Berth' });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await context.close();
  }
});
