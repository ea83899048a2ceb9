import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import type { AuditFilter } from '../api/audit.api';
import { cut, newestPage, olderPage } from '../lib/auditPages';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';
import type { AuditPage } from '../types/vm.types';

type Pages = InfiniteData<AuditPage, number | null>;

/** The events of the log, newest first. A refresh asks for the new ones alone, however many pages are there. */
export function useAuditEvents(filter: AuditFilter) {
  const queryKey = [...keys.auditOf(filter), 'pages'];
  return useInfiniteQuery({
    queryKey,
    queryFn: async ({ client, pageParam, signal }) => {
      const known = client.getQueryData<Pages>(queryKey);
      if (pageParam === null) {
        const page = await newestPage(filter, known?.pages[0], signal);
        return known && known.pages.length > 1 ? page : cut(page);
      }
      const index = known?.pageParams.indexOf(pageParam) ?? -1;
      return known?.pages[index] ?? olderPage(filter, pageParam, signal);
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
    refetchInterval: usePollPeriod(),
  });
}
