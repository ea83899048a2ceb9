import { Button, Group, RingProgress, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useNow } from '../../hooks/useNow';
import { useExtension } from '../../hooks/useSession';
import { countdown, dayAndTime, timeOfDay } from '../../lib/format';
import { isEnding, mayExtend, shareLeft } from '../../lib/timeLeft';
import type { VMSession } from '../../types/vm.types';
import { ProblemAlert } from '../ProblemAlert';

const RED = 'var(--mantine-color-red-light-color)';

/** How much of a session's time is left by the server's clock, and more of it. */
export function TimePanel({ session, maySteer }: { session: VMSession; maySteer: boolean }) {
  return (
    <section className="panel" aria-labelledby="time-left">
      <Stack gap="sm" p="lg" align="center">
        <Title order={2} size="h4" id="time-left" w="100%">
          Time left
        </Title>
        <Ring session={session} />
        {maySteer ? <Extension session={session} /> : null}
      </Stack>
    </section>
  );
}

function Ring({ session }: { session: VMSession }) {
  const now = useNow();
  const left = Date.parse(session.expires_at) - now;
  const ending = isEnding(left);
  return (
    <>
      <RingProgress
        size={180}
        thickness={12}
        roundCaps
        sections={[{ value: shareLeft(session, now), color: ending ? 'red' : 'teal' }]}
        label={
          <Text
            role="timer"
            ta="center"
            fw={700}
            fz={26}
            className="num"
            c={ending ? RED : undefined}
            component="div"
          >
            {countdown(left)}
            <VisuallyHidden> left</VisuallyHidden>
          </Text>
        }
      />
      {ending ? (
        <Text size="sm" fw={600} c={RED} ta="center">
          {left > 0 ? 'Less than 10 minutes left. Save your work.' : 'Its time is over. It is being ended.'}
        </Text>
      ) : null}
      <Text size="sm" className="muted">
        Ends{' '}
        <time dateTime={session.expires_at} title={dayAndTime(session.expires_at)}>
          {timeOfDay(session.expires_at)}
        </time>
      </Text>
    </>
  );
}

const STEPS = [30, 60] as const;

function Extension({ session }: { session: VMSession }) {
  const extension = useExtension(session.id);
  const latest = timeOfDay(session.extendable_until);
  const canAny = STEPS.some((minutes) => mayExtend(session, minutes));
  return (
    <Stack gap="xs" w="100%">
      <Group grow gap="xs">
        {STEPS.map((minutes) => (
          <Button
            key={minutes}
            variant="default"
            leftSection={<Plus size={16} aria-hidden />}
            disabled={!mayExtend(session, minutes)}
            loading={extension.isPending && extension.variables === minutes}
            onClick={() => extension.mutate(minutes)}
            aria-label={`Extend by ${minutes} min`}
            aria-describedby="extend-limit"
          >
            {minutes} min
          </Button>
        ))}
      </Group>
      <Text size="sm" className="muted" ta="center" id="extend-limit">
        {canAny
          ? `It can be extended until ${latest} at most.`
          : `It cannot be extended any more: until ${latest} at most.`}
      </Text>
      <Text size="sm" ta="center" role="status">
        {extension.isSuccess ? `Extended. It ends at ${timeOfDay(session.expires_at)}.` : null}
      </Text>
      {extension.error ? <ProblemAlert error={extension.error} /> : null}
    </Stack>
  );
}
