import { Button, Group, Text } from '@mantine/core';
import { Power, Route } from 'lucide-react';
import { isOpen } from '../../hooks/useMySessions';
import { useNow } from '../../hooks/useNow';
import { countdown, dayAndTime, timeOfDay } from '../../lib/format';
import { endInWords, stepInWords } from '../../lib/sessionWords';
import type { AdminSession } from '../../types/vm.types';
import { StatusBadge } from '../StatusBadge';

// What the table of all sessions and its cards on a phone have in common.

export interface SessionActions {
  onExplain: (session: AdminSession) => void;
  /** Absent for those who may only look. */
  onEnd?: (session: AdminSession) => void;
}

/** What a link or a button is about, for those who hear only its name. */
export const nameOf = ({ template, owner_login, created_at }: AdminSession) =>
  `${template.name} of ${owner_login}, ${dayAndTime(created_at)}`;

/** What a session is at, or why it is over and what is left of it. */
function stateInWords(session: AdminSession): string {
  const step = stepInWords(session.provisioning_step);
  if (session.end_reason === null) return step;
  const end = endInWords(session, false);
  return session.provisioning_step === 'closed' ? end : `${end} · ${step}`;
}

export function AllSessionsState({ session }: { session: AdminSession }) {
  const { status, end_reason, detail } = session;
  return (
    <div>
      <StatusBadge status={status} />
      <Text size="sm" className="muted" mt={2} maw={280} style={{ whiteSpace: 'normal' }}>
        {stateInWords(session)}
      </Text>
      {detail && end_reason !== 'ended_by_admin' ? (
        <Text
          size="xs"
          className="muted"
          lineClamp={2}
          title={detail}
          maw={280}
          style={{ whiteSpace: 'normal' }}
        >
          {detail}
        </Text>
      ) : null}
    </div>
  );
}

export function AllSessionsEnd({ session }: { session: AdminSession }) {
  return isOpen(session) ? <TimeLeft until={session.expires_at} /> : <span className="muted">Over</span>;
}

function TimeLeft({ until }: { until: string }) {
  const left = Date.parse(until) - useNow();
  return (
    <div>
      <Text size="sm" fw={600} className="num" c={left < 600_000 ? 'var(--mantine-color-error)' : undefined}>
        {countdown(left)} left
      </Text>
      <Text size="xs" className="muted num">
        until {timeOfDay(until)}
      </Text>
    </div>
  );
}

export function AllSessionsActions({
  session,
  onExplain,
  onEnd,
}: SessionActions & { session: AdminSession }) {
  const about = nameOf(session);
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<Route size={14} aria-hidden />}
        aria-label={`Why here: ${about}`}
        onClick={() => onExplain(session)}
      >
        Why here
      </Button>
      {onEnd && isOpen(session) ? (
        <Button
          size="compact-sm"
          variant="light"
          color="red"
          leftSection={<Power size={14} aria-hidden />}
          aria-label={`End: ${about}`}
          onClick={() => onEnd(session)}
        >
          End
        </Button>
      ) : null}
    </Group>
  );
}
