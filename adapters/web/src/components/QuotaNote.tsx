import { Text } from '@mantine/core';
import { count } from '../lib/format';
import type { User } from '../types/vm.types';

/** How many more sessions somebody may have, in words. */
export function quotaInWords({ quota, open_sessions }: User): string {
  if (quota === 0) return 'Your quota is 0: an admin can raise it.';
  const left = quota - open_sessions;
  if (left <= 0) {
    const open = quota === 1 ? 'Your one session is open' : `All of your ${quota} sessions are open`;
    return `${open}. End one to launch another.`;
  }
  if (open_sessions === 0) return `You may have ${count(quota, 'session')} at once.`;
  return `${open_sessions} of ${count(quota, 'session')} open: you may launch ${left} more.`;
}

export function QuotaNote({ me }: { me: User }) {
  return (
    <Text size="sm" className="muted num">
      {quotaInWords(me)}
    </Text>
  );
}
