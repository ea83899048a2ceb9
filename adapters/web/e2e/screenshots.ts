import { makeDifferences, waitForDifferences } from './differences';
import { expect, test } from './fixtures';
import { makeWorld, placesOf, settled } from './pages';

// Not a test: pictures of every page in both themes and on a phone, to be looked at.

const directory = process.env['SCREENS'] ?? 'test-results/screens';

const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const;

test('every page', async ({ stack, signedIn }) => {
  test.setTimeout(600_000);
  await makeDifferences(stack);
  for (const [number, share] of [0.38, 0.67, 0.83, 0.22, 0.52, 0.71, 0.1].entries())
    await stack.do('control', {
      method: 'PUT',
      path: `/nodes/pve-${number + 1}`,
      body: { base_ram_used: share * 0.9, base_cpu: share },
    });
  await stack.call('admin', 'POST', '/admin/nodes/pve-5/drain', { reason: 'new disks' });
  await stack.call('admin', 'POST', '/admin/nodes/pve-4/maintenance', { reason: 'firmware' });
  await stack.do('control', { method: 'POST', path: '/faults', body: { kind: 'node_down', node: 'pve-6' } });
  // What was just measured may still be chosen.
  await expect
    .poll(async () => {
      const answer = await stack.call('admin', 'GET', '/admin/nodes/pve-6');
      return ((await answer.json()) as { status: string }).status;
    })
    .toBe('offline');
  const world = await makeWorld(stack);
  await waitForDifferences(stack);
  const pages = { ana: await signedIn('ana'), admin: await signedIn('admin') };
  for (const look of looks)
    for (const place of placesOf(world)) {
      const page = pages[place.login];
      await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(look.viewport);
      await page.goto(stack.at.url + place.path);
      await settled(page, place);
      await page.screenshot({ path: `${directory}/${place.name}-${look.name}.png`, animations: 'disabled' });
    }
});
