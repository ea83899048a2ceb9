import { expect } from '@playwright/test';
import { launch, waitForSession } from './pages';
import type { Stack } from './stack';

// What differs between log and cluster. A difference counts when two looks half a minute apart have shown it,
// so what is made first is waited for last.

const STAYS = 10_500_000;
const GOES = 10_500_001;

interface Report {
  counts: Record<string, number>;
  settled: unknown[];
}

export const lookNow = (stack: Stack) => stack.call('admin', 'POST', '/admin/reconciliation');

async function waitForReport(stack: Stack, what: (report: Report) => unknown, found: unknown) {
  await expect
    .poll(
      async () => what((await (await stack.call('vera', 'GET', '/admin/reconciliation')).json()) as Report),
      { timeout: 90_000 },
    )
    .toEqual(found);
}

export async function makeStray(stack: Stack, vmid: number, name = 'web-1') {
  await stack.do('control', { method: 'POST', path: '/vms', body: { vmid, node: 'pve-1', name } });
}

/** Two VMs that are not Berth's, and a disk that the deletion of a session's VM left behind. */
export async function makeDifferences(stack: Stack) {
  const leaking = await launch(stack, 'ben', { template_id: 3 });
  await waitForSession(stack, leaking, { status: 'active' });
  await stack.do('control', { method: 'POST', path: '/faults', body: { kind: 'leak_disk', count: 1 } });
  await stack.call('ben', 'DELETE', `/sessions/${leaking}`);
  await waitForSession(stack, leaking, { provisioning_step: 'closed' });
  await makeStray(stack, STAYS);
  await makeStray(stack, GOES, 'a-name-that-somebody-gave-without-thinking-of-phones');
  await lookNow(stack);
}

/** Until Berth reports all of them; then one goes, and is settled. */
export async function waitForDifferences(stack: Stack) {
  await waitForReport(stack, ({ counts }) => [counts['stray'], counts['leaked_volume']], [2, 1]);
  await stack.do('control', { method: 'DELETE', path: `/vms/${GOES}` });
  await lookNow(stack);
  await waitForReport(stack, ({ settled }) => settled.length, 1);
}
