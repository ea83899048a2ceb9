import { Badge } from '@mantine/core';
import { useLiveState } from '../live/LiveProvider';

const text = { live: 'Live', polling: 'Every 30 s', connecting: 'Connecting' } as const;

/** Whether what is shown follows every event, or is asked for now and then. */
export function LiveBadge() {
  const state = useLiveState();
  return (
    <Badge
      variant="light"
      color={state === 'live' ? 'teal' : 'gray'}
      size="lg"
      tt="none"
      role="status"
      leftSection={state === 'live' ? <span className="pulse" /> : null}
    >
      {text[state]}
    </Badge>
  );
}
