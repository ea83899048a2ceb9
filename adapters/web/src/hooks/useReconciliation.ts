import { useMutation, useQuery, useQueryClient, type QueryState } from '@tanstack/react-query';
import { reconcileNow, showReconciliation } from '../api/reconciliation.api';
import { serverNow } from '../api/serverClock';
import { isLooking } from '../lib/reconciliation';
import { keys } from '../live/keys';
import type { Reconciliation } from '../types/vm.types';

type State = Pick<QueryState<Reconciliation>, 'data' | 'status'>;

const LONGEST_MS = 10_000;
const SHORTEST_MS = 2_000;

/** When to ask again: right after the next look is due, and often while one is under way. */
function periodAfter({ data, status }: State): number {
  if (!data || status === 'error') return LONGEST_MS;
  const wait = Date.parse(data.next_at) - serverNow();
  return Math.min(Math.max(wait, SHORTEST_MS), LONGEST_MS);
}

/**
 * What differs between log and cluster, and how Berth knows. The stream tells of differences that come and
 * go, but not of looks that find the same as before.
 */
export function useReconciliation() {
  return useQuery({
    queryKey: keys.reconciliation,
    queryFn: ({ signal }) => showReconciliation(signal),
    refetchInterval: ({ state }) => periodAfter(state),
  });
}

const PATIENCE_MS = 60_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Lets Berth look at once. It is pending until the report, which whoever shows it keeps asking for, is of
 * that look, and gives it; null when that takes too long, or Berth does not answer.
 */
export function useLookNow() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<Reconciliation | null> => {
      const answer = await reconcileNow();
      // What was asked before would look like the report of this look.
      await cache.cancelQueries({ queryKey: keys.reconciliation });
      cache.setQueryData(keys.reconciliation, answer);
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(250)) {
        const { data, status } = cache.getQueryState<Reconciliation>(keys.reconciliation) ?? {};
        if (!data || status === 'error') return null;
        if (!isLooking(data, serverNow())) return data;
      }
      return null;
    },
  });
}
