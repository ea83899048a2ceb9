import { http, HttpResponse } from 'msw';
import type { DifferenceKind, OpenDifference, Reconciliation, SettledDifference } from '../types/vm.types';
import { server } from './server';

// What berthd answers about differences; tests say what is different.

export const difference = (over: Partial<OpenDifference> = {}): OpenDifference => ({
  kind: 'stray',
  vm_id: 10_500_000,
  volume: null,
  session_id: null,
  node: 'pve-1',
  detail: "this log never reserved its VMID; it has name 'web-1'",
  found_at: '2026-11-26T08:48:00Z',
  age_seconds: 720,
  removal: null,
  ...over,
});

export const settledDifference = (over: Partial<SettledDifference> = {}): SettledDifference => ({
  kind: 'late_clone',
  vm_id: 10_000_003,
  volume: null,
  session_id: null,
  node: 'pve-2',
  detail: 'its session was done with it',
  found_at: '2026-11-26T08:00:00Z',
  settled_at: '2026-11-26T08:02:00Z',
  how: 'destroyed',
  ...over,
});

const none: Record<DifferenceKind, number> = {
  stray: 0,
  foreign: 0,
  late_clone: 0,
  lost: 0,
  overdue: 0,
  moved: 0,
  stopped: 0,
  leaked_volume: 0,
};

/** Counts what is open, unless the test says otherwise. */
export function reconciliation(over: Partial<Reconciliation> = {}): Reconciliation {
  const counts = { ...none };
  for (const { kind } of over.open ?? []) counts[kind] += 1;
  return {
    surveyed_at: '2026-11-26T08:59:48Z',
    is_complete: true,
    why_not: null,
    volumes_listed_at: '2026-11-26T08:50:00Z',
    unread: [],
    next_at: '2026-11-26T09:00:48Z',
    counts,
    open: [],
    settled: [],
    ...over,
  };
}

/** berthd has found this; counts how often it was asked. */
export function giveReport(report: Reconciliation) {
  const asked = { times: 0 };
  server.use(
    http.get('/admin/reconciliation', () => {
      asked.times += 1;
      return HttpResponse.json(report);
    }),
  );
  return asked;
}
