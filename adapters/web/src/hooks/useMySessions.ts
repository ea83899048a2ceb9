import { useQuery } from '@tanstack/react-query';
import { listSessions } from '../api/vm.api';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';
import type { VMSession } from '../types/vm.types';

export const isOpen = (session: VMSession) => session.status === 'pending' || session.status === 'active';

/** My newest sessions, open ones and those of the past. */
export function useMySessions() {
  return useQuery({
    queryKey: keys.mySessionsOf(),
    queryFn: ({ signal }) => listSessions({ limit: 50 }, signal),
    refetchInterval: usePollPeriod(),
  });
}
