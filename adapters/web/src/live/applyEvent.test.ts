import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { admin, node, session, sessionId, user } from '../test/samples';
import type { ProxmoxNode, VMSession } from '../types/vm.types';
import { applyEvent } from './applyEvent';
import { keys } from './keys';

const load = {
  name: 'pve-1',
  online: true,
  cpu_percent: 91,
  ram_used_mb: 128 * 1024,
  ram_total_mb: 256 * 1024,
  uptime_seconds: 60,
  sampled_at: '2026-11-26T09:00:00Z',
};

function nodesAfter(before: ProxmoxNode[], data: unknown): ProxmoxNode[] {
  const cache = new QueryClient();
  cache.setQueryData(keys.nodes, before);
  expect(applyEvent(cache, { topic: 'node_load', data })).toEqual([]);
  return cache.getQueryData<ProxmoxNode[]>(keys.nodes) ?? [];
}

describe('a measurement', () => {
  it('changes its node, and lengthens its series', () => {
    const [measured, other] = nodesAfter([node(), node({ name: 'pve-2' })], load);
    expect(measured).toMatchObject({ cpu_percent: 91, ram_used_mb: 128 * 1024, sample_age_seconds: 0 });
    expect(measured?.recent.at(-1)).toEqual({ at: load.sampled_at, cpu_percent: 91, ram_percent: 50 });
    expect(other).toEqual(node({ name: 'pve-2' }));
  });

  it('leaves no number of a node that does not answer', () => {
    const [gone] = nodesAfter([node()], { ...load, online: false, cpu_percent: null, ram_used_mb: null });
    expect(gone).toMatchObject({ status: 'offline', cpu_percent: null, sample_age_seconds: null });
    expect(gone?.recent).toEqual(node().recent);
  });

  it('does not end a maintenance', () => {
    expect(nodesAfter([node({ status: 'maintenance' })], load)[0]?.status).toBe('maintenance');
  });

  it('is drawn once, however often it comes', () => {
    const once = nodesAfter([node()], load);
    expect(nodesAfter(once, load)[0]?.recent).toHaveLength(3);
  });

  it('pushes the oldest out of a full series', () => {
    const recent = Array.from({ length: 60 }, (_, at) => ({ at: `t${at}`, cpu_percent: 1, ram_percent: 1 }));
    const [full] = nodesAfter([node({ recent })], load);
    expect(full?.recent).toHaveLength(60);
    expect(full?.recent[0]?.at).toBe('t1');
  });

  it('is ignored when it is none', () => {
    expect(nodesAfter([node()], { nonsense: true })).toEqual([node()]);
  });
});

describe('an event of a session', () => {
  it('is shown on its page at once', () => {
    const cache = new QueryClient();
    cache.setQueryData(keys.me, user());
    cache.setQueryData(keys.session(sessionId), session({ status: 'pending' }));
    const stale = applyEvent(cache, { topic: 'session', data: { session: session() } });
    expect(cache.getQueryData<VMSession>(keys.session(sessionId))?.status).toBe('active');
    expect(stale).toContainEqual(keys.history(sessionId));
    expect(stale).toContainEqual(keys.mySessions);
  });

  it("of somebody else leaves alone what is one's own", () => {
    const cache = new QueryClient();
    cache.setQueryData(keys.me, admin());
    const stale = applyEvent(cache, { topic: 'session', data: { session: session() } });
    expect(stale).toContainEqual(keys.allSessions);
    expect(stale).not.toContainEqual(keys.mySessions);
    expect(stale).not.toContainEqual(keys.me);
  });

  it('keeps nothing of a session that nobody looks at', () => {
    const cache = new QueryClient();
    applyEvent(cache, { topic: 'session', data: { session: session() } });
    expect(cache.getQueryData(keys.session(sessionId))).toBeUndefined();
  });
});

it('a difference between log and cluster is on its page and in the audit trail', () => {
  expect(applyEvent(new QueryClient(), { topic: 'difference', data: {} })).toEqual([
    keys.reconciliation,
    keys.audit,
  ]);
});

it('a reset makes everything stale', () => {
  expect(applyEvent(new QueryClient(), { topic: 'reset', data: {} })).toEqual([[]]);
});
