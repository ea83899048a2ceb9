import { expect, test } from './fixtures';

test('a person launches, opens the desktop, and ends; the machine is gone', async ({ stack, signedIn }) => {
  const page = await signedIn('ana');
  await page.getByRole('button', { name: 'Launch Ubuntu 22.04' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Launch' }).click();
  await expect(page).toHaveURL(/\/sessions\/[0-9A-Z]{26}$/);
  await expect(page).toHaveTitle(/^Ready: Ubuntu 22.04/);
  expect((await stack.vms()).filter((vm) => vm.running)).toHaveLength(1);

  const desktop = page.getByRole('link', { name: /Open desktop/ });
  const opened = page.waitForEvent('popup');
  await desktop.click();
  const popup = await opened;
  await popup.waitForURL(`${stack.at.guacamole}**`);
  expect(await stack.do('connect', { link: popup.url() })).toBe(200);
  await popup.close();

  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: /End/ }).click();
  await expect(page.getByText('The VM is gone').first()).toBeVisible();
  expect(await stack.vms()).toEqual([]);
});
