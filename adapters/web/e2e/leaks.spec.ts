import type { CDPSession } from '@playwright/test';
import { expect, test } from './fixtures';
import type { Stack } from './stack';

interface Counts {
  listeners: number;
  nodes: number;
}

async function counts(cdp: CDPSession): Promise<Counts> {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { jsEventListeners, nodes } = await cdp.send('Memory.getDOMCounters');
  return { listeners: jsEventListeners, nodes };
}

/** Streams of events that berthd serves now, by its own count. */
async function streams(stack: Stack): Promise<number> {
  const text = await (await stack.call('admin', 'GET', '/metrics')).text();
  return Number(/^berth_event_streams(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? NaN);
}

test('a hundred page changes leave nothing behind: no listeners, no nodes, no streams', async ({
  stack,
  signedIn,
}) => {
  test.setTimeout(300_000);
  const page = await signedIn('admin');
  const cdp = await page.context().newCDPSession(page);
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const rounds = [
    ['Nodes', 'Nodes'],
    ['Templates', 'Templates'],
    ['All sessions', 'All sessions'],
    ['Reconciliation', 'Reconciliation'],
    ['Audit trail', 'Audit trail'],
    ['Users & quotas', 'Users & quotas'],
    ['My sessions', 'My sessions'],
    ['Launch', 'Launch a machine'],
  ] as const;
  let changes = 0;
  const walk = async (least: number) => {
    for (const until = changes + least; changes < until;)
      for (const [link, heading] of rounds) {
        await navigation.getByRole('link', { name: link, exact: true }).click();
        await page.locator('h1', { hasText: heading }).waitFor();
        await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
        ++changes;
      }
  };

  await walk(14);
  const before = await counts(cdp);
  expect(await streams(stack)).toBe(1);
  await walk(100);
  const after = await counts(cdp);
  console.log(`after ${changes} page changes`, { before, after });
  // What is cached of the log grows by a few elements; a leak would leave every page's.
  expect(after.listeners - before.listeners).toBeLessThanOrEqual(40);
  expect(after.nodes - before.nodes).toBeLessThanOrEqual(200);
  expect(await streams(stack)).toBe(1);

  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect.poll(() => streams(stack)).toBe(0);
});
