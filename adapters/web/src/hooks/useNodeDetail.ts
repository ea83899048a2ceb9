import { useQuery } from '@tanstack/react-query';
import { getNode } from '../api/admin.api';
import { keys } from '../live/keys';

// The stream tells of sessions and of the list's numbers, but not of the score they lead to.
const PERIOD_MS = 10_000;

/** One node with its sessions, and when the last of them ends. Only while somebody looks at it. */
export function useNodeDetail(name: string) {
  return useQuery({
    queryKey: keys.node(name),
    queryFn: ({ signal }) => getNode(name, signal),
    refetchInterval: PERIOD_MS,
  });
}
