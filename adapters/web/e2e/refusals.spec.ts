import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { launch } from './pages';
import type { Stack } from './stack';

// Launches that Berth refuses say so where they were tried.

test.use({ stackOptions: { time_scale: 10 } });

async function tryToLaunch(page: Page, stack: Stack) {
  await page.goto(stack.at.url);
  await page.getByRole('button', { name: 'Launch Ubuntu 22.04' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Launch' }).click();
  return dialog;
}

async function endAll(stack: Stack) {
  const { items } = (await (await stack.call('admin', 'GET', '/admin/sessions?open=true')).json()) as {
    items: { id: string }[];
  };
  for (const { id } of items) await stack.call('admin', 'DELETE', `/sessions/${id}`);
}
test.afterEach(({ stack }) => endAll(stack));

test('one above the quota', async ({ stack, signedIn }) => {
  const page = await signedIn('ana');
  await launch(stack, 'ana');
  await launch(stack, 'ana');
  const dialog = await tryToLaunch(page, stack);
  await expect(dialog.getByRole('alert')).toContainText('You have as many sessions as you may');
  await expect(page).toHaveURL(`${stack.at.url}/`);
  await dialog.getByRole('link', { name: 'my sessions' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'My sessions' })).toBeVisible();
});

test('none has room', async ({ stack, signedIn }) => {
  const page = await signedIn('ana');
  const setLoad = async (share: number) => {
    for (let number = 1; number <= 7; ++number)
      await stack.do('control', {
        method: 'PUT',
        path: `/nodes/pve-${number}`,
        body: { base_ram_used: share, base_cpu: share },
      });
    await expect
      .poll(async () => {
        const answer = await stack.call('admin', 'GET', '/admin/nodes');
        const { items } = (await answer.json()) as { items: { cpu_percent: number | null }[] };
        return items.every(({ cpu_percent }) => Math.abs((cpu_percent ?? 0) / 100 - share) < 0.05);
      })
      .toBe(true);
  };
  await setLoad(0.97);
  const dialog = await tryToLaunch(page, stack);
  await expect(dialog.getByRole('alert')).toContainText('No node can take one more VM');
  await setLoad(0.2);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(page).toHaveURL(/\/sessions\/[0-9A-Z]{26}$/);
});

test('Berth is down, and comes back: the same launch goes through, once', async ({ stack, signedIn }) => {
  const sessions = async () =>
    ((await (await stack.call('ben', 'GET', '/sessions')).json()) as { items: unknown[] }).items.length;
  const before = await sessions();
  const page = await signedIn('ben');
  await page.getByRole('button', { name: 'Launch Ubuntu 22.04' }).click();
  await stack.do('kill');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Launch' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Berth does not answer');
  await stack.do('start');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(page).toHaveURL(/\/sessions\/[0-9A-Z]{26}$/);
  expect(await sessions()).toBe(before + 1);
});
