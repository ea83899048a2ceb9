import { useQuery } from '@tanstack/react-query';
import { listTemplates } from '../api/vm.api';
import { keys } from '../live/keys';

/** Templates that people may pick. Engineers are not told of changes by the stream, so they ask once a minute. */
export function useVMTemplates() {
  return useQuery({
    queryKey: keys.templates,
    queryFn: ({ signal }) => listTemplates(signal),
    refetchInterval: 60_000,
  });
}
