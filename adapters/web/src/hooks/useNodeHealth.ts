import { useQuery } from '@tanstack/react-query';
import { listNodes } from '../api/admin.api';
import { keys } from '../live/keys';
import { useLiveState, usePollPeriod } from '../live/LiveProvider';

/** All nodes with live numbers: by the stream of events, and every 30 s while there is none. */
export function useNodeHealth() {
  const query = useQuery({
    queryKey: keys.nodes,
    queryFn: ({ signal }) => listNodes(signal),
    refetchInterval: usePollPeriod(),
  });
  return { ...query, live: useLiveState() };
}
