import { useInfiniteQuery } from '@tanstack/react-query';
import { listSessions } from '../api/vm.api';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';
import type { VMSessionStatus } from '../types/vm.types';

const PAGE = 25;

/** My sessions of all time, newest first, a page at a time. */
export function useSessionPages(status?: VMSessionStatus) {
  return useInfiniteQuery({
    queryKey: keys.mySessionPages(status),
    queryFn: ({ pageParam, signal }) =>
      listSessions({ status, limit: PAGE, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: usePollPeriod(),
  });
}
