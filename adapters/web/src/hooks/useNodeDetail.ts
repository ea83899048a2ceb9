import { useQuery } from '@tanstack/react-query';
import { getNode } from '../api/admin.api';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';

/** One node with its sessions, and when the last of them ends. */
export function useNodeDetail(name: string) {
  return useQuery({
    queryKey: keys.node(name),
    queryFn: ({ signal }) => getNode(name, signal),
    refetchInterval: usePollPeriod(),
  });
}
