import { useQuery } from '@tanstack/react-query';
import { listUsers } from '../api/admin.api';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';

/** Everybody who has an account. Only for those who may see all: others leave it disabled. */
export function useUsers(enabled = true) {
  return useQuery({
    queryKey: keys.users,
    queryFn: ({ signal }) => listUsers(signal),
    refetchInterval: usePollPeriod(),
    enabled,
  });
}
