import { readFileSync } from 'node:fs';
import { lookNow, makeStray } from './differences';
import { expect, signIn, test } from './fixtures';
import { launch, waitForSession } from './pages';

// What admins do, each by its page, against the real programs.

test.use({ stackOptions: { time_scale: 10 } });

const stray = 10_500_000;
test.beforeAll(async ({ stack }) => {
  // It counts when two looks half a minute apart have shown it: the first is now.
  await makeStray(stack, stray);
  await lookNow(stack);
});

test('a node is drained: its page says for what it waits, and nothing new is placed', async ({
  stack,
  signedIn,
}) => {
  const id = await launch(stack, 'ana');
  await waitForSession(stack, id, { status: 'active' });
  const { node_name: busy } = (await (await stack.call('ana', 'GET', `/sessions/${id}`)).json()) as {
    node_name: string;
  };
  const page = await signedIn('admin');
  await page.goto(`${stack.at.url}/admin/nodes`);
  const card = page.getByRole('article', { name: new RegExp(busy) });
  await card.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: /^Drain/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Ubuntu 22.04');
  await expect(dialog).toContainText('ana');
  await dialog.getByLabel('Reason').fill('new disks');
  await dialog.getByRole('button', { name: 'Drain' }).click();
  await expect(card).toContainText(/Draining/i);
  const next = await launch(stack, 'ana');
  const { node_name: other } = (await (await stack.call('ana', 'GET', `/sessions/${next}`)).json()) as {
    node_name: string;
  };
  expect(other).not.toBe(busy);
});

test('a template is checked against Proxmox: one that is none is refused at its field', async ({
  stack,
  signedIn,
}) => {
  const page = await signedIn('admin');
  await page.goto(`${stack.at.url}/admin/templates`);
  await page.getByRole('button', { name: 'New template' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Debian 12');
  await dialog.getByLabel("Template's VMID").fill('4711');
  await dialog.getByRole('button', { name: /^Create|^Save/ }).click();
  await expect(dialog).toContainText(/4711/);
  await expect(dialog.getByLabel("Template's VMID")).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel("Template's VMID").fill('9001');
  await dialog.getByRole('button', { name: /^Create|^Save/ }).click();
  // What Proxmox has differs in its hardware, or not: in either case the template is there.
  const goOn = dialog.getByRole('button', { name: 'Keep it so' });
  await expect(
    page
      .getByRole('row', { name: /Debian 12/ })
      .or(goOn)
      .first(),
  ).toBeVisible();
  if (await goOn.isVisible()) await goOn.click();
  await expect(page.getByRole('row', { name: /Debian 12/ })).toBeVisible();

  const ana = await signedIn('ana');
  await expect(ana.getByRole('article', { name: 'Debian 12' })).toBeVisible();
});

test('somebody new gets an account, and signs in with the password that was made', async ({
  browser,
  stack,
  signedIn,
}) => {
  const page = await signedIn('admin');
  await page.goto(`${stack.at.url}/admin/users`);
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Login').fill('cleo');
  await dialog.getByRole('button', { name: /Generate/ }).click();
  const password = await dialog.getByLabel('Password', { exact: true }).inputValue();
  expect(password.length).toBeGreaterThanOrEqual(12);
  await dialog.getByRole('button', { name: /^Create/ }).click();
  await expect(page.getByRole('row', { name: /cleo/ })).toBeVisible();

  const context = await browser.newContext();
  const theirs = await context.newPage();
  stack.at.passwords['cleo'] = password;
  await signIn(theirs, stack, 'cleo');
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Launch a machine');
  await context.close();
});

test('a stray VM is reported, and goes from the page when it is gone', async ({ stack, signedIn }) => {
  const page = await signedIn('admin');
  await page.goto(`${stack.at.url}/admin/reconciliation`);
  const button = page.getByRole('button', { name: 'Look now' });
  const strays = page.getByRole('region', { name: /^Stray VMs/ });
  await expect(strays).toContainText(`VM ${stray}`, { timeout: 90_000 });
  await expect(strays).toContainText(/name 'web-1'/);

  await stack.do('control', { method: 'DELETE', path: `/vms/${stray}` });
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Berth has looked' }).last()).toBeVisible();
  await expect(strays).toHaveCount(0);
  await expect(page.getByText('Log and cluster agree', { exact: true })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Settled differences' })).toContainText(
    'Gone, and not by Berth',
  );
  await expect(button).toBeFocused();
});

test('the audit trail: filtered, as of an event, verified, exported', async ({ stack, signedIn }, info) => {
  const page = await signedIn('admin');
  await page.goto(`${stack.at.url}/admin/audit?stream=node-pve-1`);
  const events = page.getByRole('button', { name: /node pve-1/ }).or(page.getByText(/node pve-1/i));
  await expect(events.first()).toBeVisible();

  await page.goto(`${stack.at.url}/admin/audit?at=1`);
  await expect(page.getByLabel('State as of the event')).toContainText('as of event 1');

  await page.getByRole('button', { name: /verify/i }).click();
  const { head } = (await (await stack.call('admin', 'GET', '/admin/audit/verification')).json()) as {
    head: string;
  };
  await expect(page.getByText(/^Verified/)).toBeVisible();
  await expect(page.locator('body')).toContainText(head.slice(0, 8));

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: /Export/ }).click();
  const path = info.outputPath('berth-log.ndjson');
  await (await downloading).saveAs(path);
  const exported = readFileSync(path, 'utf8');
  const replayed = (await stack.do('replay', { arguments: ['export'] })) as string;
  // The log may have grown meanwhile.
  expect(exported.length).toBeGreaterThan(1_000);
  expect(replayed.startsWith(exported)).toBe(true);
});
