import { expect, test } from './fixtures';
import { launch, waitForSession } from './pages';

test('two browsers see what the other does, as it happens', async ({ stack, signedIn }) => {
  const ana = await signedIn('ana');
  const admin = await signedIn('admin');
  await admin.goto(`${stack.at.url}/admin/sessions`);
  await expect(admin.getByText('Live')).toBeVisible();

  await ana.getByRole('button', { name: 'Launch Ubuntu 22.04' }).click();
  await ana.getByRole('dialog').getByRole('button', { name: 'Launch' }).click();
  await expect(ana).toHaveURL(/\/sessions\/[0-9A-Z]{26}$/);
  const id = ana.url().slice(-26);
  const row = admin.locator(`a[href="/sessions/${id}"]`).first();
  await expect(row).toBeVisible();
  await waitForSession(stack, id, { status: 'active' });
  await expect(ana).toHaveTitle(/^Ready/);

  await row.click();
  await admin.getByRole('button', { name: /^End/ }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByRole('textbox').fill('the lab closes');
  await dialog.getByRole('button', { name: /End/ }).click();
  await expect(ana.getByText('the lab closes').first()).toBeVisible();
});

test('a person on another page is told that their desktop is ready', async ({ stack, signedIn }) => {
  const page = await signedIn('ana');
  const id = await launch(stack, 'ana');
  await expect(page.getByRole('alert').filter({ hasText: 'is ready' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Open sessions' })).toContainText('Ubuntu 22.04');
  await stack.call('ana', 'DELETE', `/sessions/${id}`);
  await expect(page.getByRole('region', { name: 'Open sessions' })).toHaveCount(0);
});

test('without the stream pages ask every 30 s, and the stream takes over again', async ({
  stack,
  signedIn,
}) => {
  const page = await signedIn('admin');
  await page.goto(`${stack.at.url}/admin/nodes`);
  const state = page.getByRole('status').filter({ hasText: /Live|Every 30 s|Connecting/ });
  await expect(state).toHaveText('Live');
  await expect(page.getByRole('article')).toHaveCount(7);

  await page.route('**/events*', (route) => route.abort());
  await stack.do('kill');
  await stack.do('start');
  await expect(state).toHaveText('Every 30 s');
  const maintained = page.getByRole('article', { name: /pve-3/ });
  await stack.call('admin', 'POST', '/admin/nodes/pve-3/maintenance', { reason: 'new disks' });
  await expect(maintained).toContainText(/Maintenance/i, { timeout: 45_000 });
  await expect(state).toHaveText('Every 30 s');

  await page.unroute('**/events*');
  await expect(state).toHaveText('Live', { timeout: 70_000 });
  await stack.call('admin', 'POST', '/admin/nodes/pve-3/return');
  await expect(maintained).toContainText(/Online/i, { timeout: 5_000 });
});
