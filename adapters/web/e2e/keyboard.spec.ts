import { expect, test } from './fixtures';

test('the keyboard alone is enough: sign in, launch, extend, end', async ({ page, stack, complaints }) => {
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(stack.at.url);
  await expect(page.getByLabel('Login')).toBeFocused();
  const type = async (text: string, key: string) => {
    await page.keyboard.type(text);
    await page.keyboard.press(key);
  };
  await type('ana', 'Tab');
  await type(stack.at.passwords['ana'] ?? '', 'Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Launch a machine');

  // The palette begins a launch, and its dialog has the focus on what launches.
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: /Search pages/ })).toBeFocused();
  await page.keyboard.type('launch ubuntu');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Launch', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/sessions\/[0-9A-Z]{26}$/);

  // What one waited for has the focus when it comes.
  await expect(page.getByRole('link', { name: /Open desktop/ })).toBeFocused();

  const press = async (name: RegExp) => {
    const button = page.getByRole('button', { name });
    for (let tabs = 0; tabs < 40 && !(await button.evaluate((one) => one === document.activeElement)); ++tabs)
      await page.keyboard.press('Tab');
    await expect(button).toBeFocused();
    await page.keyboard.press('Enter');
  };
  const timer = page.getByRole('timer');
  await press(/30 min/);
  await expect(timer).toHaveText(/1:(29|30):\d\d/);
  await press(/^End$/);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'End', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await press(/^End session$/);
  await expect(page.getByText('The VM is gone').first()).toBeVisible();
});

test('the skip link leads to the content', async ({ signedIn }) => {
  const page = await signedIn('ana');
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});
