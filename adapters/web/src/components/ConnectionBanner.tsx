import { Alert } from '@mantine/core';
import { Unplug } from 'lucide-react';
import { useSignIn } from '../hooks/useMe';
import { useLiveState } from '../live/LiveProvider';

/** Says that Berth does not answer, for as long as it does not. */
export function ConnectionBanner() {
  const live = useLiveState();
  const { isError } = useSignIn();
  if (live === 'live' || !isError) return null;
  return (
    <Alert color="yellow" variant="light" mb="md" icon={<Unplug size={18} aria-hidden />} role="status">
      Berth does not answer. What you see may be out of date; it is asked again by itself.
    </Alert>
  );
}
