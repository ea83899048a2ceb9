import { Alert, Stack, Text, Title } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { Ref } from 'react';
import { inWords } from '../../lib/format';
import { endInWords, remainsInWords } from '../../lib/sessionWords';
import { timeOfUse } from '../../lib/steps';
import type { HistoryStep, VMSession } from '../../types/vm.types';

interface Props {
  session: VMSession;
  steps: readonly HistoryStep[];
  isMine: boolean;
  heading: Ref<HTMLHeadingElement>;
}

/** What happened to a session that is over, and to its VM. */
export function OverPanel({ session, steps, isMine, heading }: Props) {
  const used = timeOfUse(steps);
  return (
    <section className="panel" aria-labelledby="over">
      <Stack gap="sm" p="lg">
        <Title order={2} size="h4" id="over" ref={heading} tabIndex={-1}>
          What happened
        </Title>
        <Trouble session={session} />
        {session.status === 'failed' ? null : (
          <Text>
            {endInWords(session, isMine)}
            {used === null ? '.' : `, after ${inWords(used)} of use.`}
          </Text>
        )}
        <Text className="muted">{remainsInWords(session)}</Text>
      </Stack>
    </section>
  );
}

const trouble: Partial<Record<NonNullable<VMSession['end_reason']>, { title: string; text: string }>> = {
  provisioning_failed: {
    title: 'The machine could not be started',
    text: 'Berth has given up, and the admins have been told. You can launch again: it may go to another node.',
  },
  vm_lost: {
    title: 'The machine has vanished',
    text: 'It is not in the cluster any more, and what was on it is lost. You can launch a new one.',
  },
};

function Trouble({ session }: { session: VMSession }) {
  const what = session.end_reason ? trouble[session.end_reason] : undefined;
  if (!what) return null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<CircleAlert size={18} aria-hidden />}
      title={what.title}
      role="alert"
    >
      <Text size="sm">{what.text}</Text>
      {session.detail ? (
        <Text size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
          What was reported: {session.detail}
        </Text>
      ) : null}
    </Alert>
  );
}
