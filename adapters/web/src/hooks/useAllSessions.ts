import { useInfiniteQuery } from '@tanstack/react-query';
import { listAllSessions, type SessionFilter } from '../api/admin.api';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';

/** Everybody's sessions, page by page; a refresh keeps as many pages as were there. */
export function useAllSessions(filter: SessionFilter) {
  return useInfiniteQuery({
    // Its cached shape is not that of one page, so its name is not either.
    queryKey: [...keys.allSessionsOf(filter), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      listAllSessions({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: usePollPeriod(),
  });
}
