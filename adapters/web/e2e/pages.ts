import { expect, type Page } from '@playwright/test';
import type { Stack } from './stack';

/** Every page, the role that sees most of it, and the heading by which it is ready. */
export interface Place {
  name: string;
  path: string;
  login: 'ana' | 'admin';
  heading: string | RegExp;
}

/** One session in each state, so that every page has something to show. */
export interface World {
  active: string;
  pending: string;
  failed: string;
  ended: string;
  kept: string;
}

export async function launch(
  stack: Stack,
  login: string,
  body: Record<string, unknown> = {},
): Promise<string> {
  const answer = await stack.call(login, 'POST', '/sessions', {
    template_id: 2,
    duration_minutes: 60,
    ...body,
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(201);
  return (JSON.parse(text) as { id: string }).id;
}

export async function waitForSession(stack: Stack, id: string, what: Record<string, unknown>) {
  await expect
    .poll(async (): Promise<unknown> => (await stack.call('admin', 'GET', `/sessions/${id}`)).json(), {
      timeout: 60_000,
    })
    .toMatchObject(what);
}

const refuseClones = { kind: 'status', method: 'POST', path_contains: '/clone', status: 400 };

export async function makeWorld(stack: Stack): Promise<World> {
  const users = (await (await stack.call('admin', 'GET', '/admin/users')).json()) as {
    items: { id: number; login: string }[];
  };
  const ana = users.items.find(({ login }) => login === 'ana')?.id ?? 0;
  await stack.call('admin', 'PATCH', `/admin/users/${ana}`, { quota: 9 });

  await stack.do('control', {
    method: 'POST',
    path: '/faults',
    body: { ...refuseClones, reason: 'Parameter verification failed.', count: 1 },
  });
  const failed = await launch(stack, 'ana');
  await waitForSession(stack, failed, { status: 'failed' });

  const active = await launch(stack, 'ana', { template_id: 1, duration_minutes: 120 });
  const ended = await launch(stack, 'ana', { template_id: 3 });
  const kept = await launch(stack, 'ana', { session_type: 'persistent' });
  for (const id of [active, ended, kept]) await waitForSession(stack, id, { status: 'active' });
  for (const id of [ended, kept]) await stack.call('ana', 'DELETE', `/sessions/${id}`);
  await waitForSession(stack, ended, { provisioning_step: 'closed' });
  await waitForSession(stack, kept, { keeps_vm: true });

  await stack.do('control', {
    method: 'POST',
    path: '/faults',
    body: { kind: 'agent_silent', count: 1_000_000 },
  });
  const pending = await launch(stack, 'ana', { template_id: 3 });
  await waitForSession(stack, pending, { provisioning_step: 'waiting_for_address' });
  return { active, pending, failed, ended, kept };
}

export const placesOf = (world: World): Place[] => [
  { name: 'dashboard', path: '/', login: 'ana', heading: 'Launch a machine' },
  { name: 'my-sessions', path: '/sessions', login: 'ana', heading: 'My sessions' },
  { name: 'session-active', path: `/sessions/${world.active}`, login: 'ana', heading: 'Windows 11' },
  { name: 'session-pending', path: `/sessions/${world.pending}`, login: 'ana', heading: 'Kali' },
  { name: 'session-failed', path: `/sessions/${world.failed}`, login: 'ana', heading: 'Ubuntu 22.04' },
  { name: 'session-ended', path: `/sessions/${world.ended}`, login: 'ana', heading: 'Kali' },
  { name: 'session-kept', path: `/sessions/${world.kept}`, login: 'ana', heading: 'Ubuntu 22.04' },
  { name: 'account', path: '/account', login: 'ana', heading: 'Account' },
  { name: 'nodes', path: '/admin/nodes', login: 'admin', heading: 'Nodes' },
  { name: 'templates', path: '/admin/templates', login: 'admin', heading: 'Templates' },
  { name: 'all-sessions', path: '/admin/sessions', login: 'admin', heading: 'All sessions' },
  {
    name: 'placement',
    path: `/admin/sessions?placement=${world.active}`,
    login: 'admin',
    heading: 'All sessions',
  },
  { name: 'reconciliation', path: '/admin/reconciliation', login: 'admin', heading: 'Reconciliation' },
  { name: 'audit', path: '/admin/audit', login: 'admin', heading: 'Audit trail' },
  { name: 'time-travel', path: '/admin/audit?at=30', login: 'admin', heading: 'Audit trail' },
  { name: 'users', path: '/admin/users', login: 'admin', heading: /Users/ },
  { name: 'not-found', path: '/nowhere', login: 'ana', heading: 'Nothing is here' },
];

/** Until the page shows its data: its heading is there, and nothing of it is loading any more. */
export async function settled(page: Page, place: Pick<Place, 'heading'>) {
  // A drawer hides what lies below it from everybody who asks for roles.
  await page.locator('h1', { hasText: place.heading }).waitFor();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
}
