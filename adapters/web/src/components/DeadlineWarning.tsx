import { Anchor, Button, Group, Text } from '@mantine/core';
import { TimerReset } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useNow } from '../hooks/useNow';
import { useExtension } from '../hooks/useSession';
import { count, countdown } from '../lib/format';
import { mayExtend, minutesLeft } from '../lib/timeLeft';
import type { VMSession } from '../types/vm.types';
import { Notice } from './Notice';

/** When people are warned, in minutes before the end. */
const WARNINGS = [2, 10] as const;
const EXTENSION = 30;

/** Warns once when ten minutes are left and once when two are; a warning goes when there is more time again. */
export function DeadlineWarning({ session }: { session: VMSession }) {
  const left = minutesLeft(Date.parse(session.expires_at) - useNow());
  const warning = left > 0 ? WARNINGS.find((minutes) => left <= minutes) : undefined;
  if (!warning) return null;
  return (
    <Notice
      key={warning}
      id={`${session.id} ends in ${warning}`}
      color={warning === 2 ? 'red' : 'yellow'}
      icon={TimerReset}
    >
      <Warning session={session} />
    </Notice>
  );
}

function Warning({ session }: { session: VMSession }) {
  const { name } = session.template;
  const left = Date.parse(session.expires_at) - useNow();
  // Said once: a notice that changes is read out again each time.
  const [minutes] = useState(() => minutesLeft(left));
  const extension = useExtension(session.id);
  return (
    <>
      <Text size="sm">{`${name} ends in ${count(minutes, 'minute')}. Save your work.`}</Text>
      {extension.error ? (
        <Text size="sm" c="var(--mantine-color-error)" mt={4}>
          {extension.error.message}
        </Text>
      ) : null}
      <Group gap="sm" mt="xs">
        {mayExtend(session, EXTENSION) ? (
          <Button
            size="xs"
            variant="light"
            loading={extension.isPending}
            onClick={() => extension.mutate(EXTENSION)}
            aria-label={`Extend ${EXTENSION} min: ${name}`}
          >
            Extend {EXTENSION} min
          </Button>
        ) : null}
        <Anchor component={Link} to={`/sessions/${session.id}`} size="sm">
          Go to the session
        </Anchor>
        <Text size="sm" className="muted num" role="timer" component="span">
          {countdown(left)} left
        </Text>
      </Group>
    </>
  );
}
