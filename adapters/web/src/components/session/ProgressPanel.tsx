import { Stack, Text, Title } from '@mantine/core';
import { useLaunchEstimate } from '../../hooks/useLaunchEstimate';
import { inWords } from '../../lib/format';
import { isResumed, timeToDesktop } from '../../lib/steps';
import type { HistoryStep, VMSession } from '../../types/vm.types';
import { LaunchBar } from '../LaunchBar';
import classes from './session.module.css';
import { StepList } from './StepList';

interface Props {
  session: VMSession;
  steps: readonly HistoryStep[];
}

/** How far the machine is; once that is past, folded away. */
export function ProgressPanel({ session, steps }: Props) {
  if (session.status === 'pending')
    return (
      <section className="panel" aria-labelledby="progress">
        <Stack gap="md" p="lg">
          <Title order={2} size="h4" id="progress">
            Progress
          </Title>
          <Estimate session={session} steps={steps} />
          <StepList session={session} steps={steps} />
        </Stack>
      </section>
    );
  const took = timeToDesktop(session, steps);
  return (
    <details className={`panel ${classes.past}`}>
      <summary>
        <Title order={2} size="h4" display="inline">
          {took === null ? 'How far it got' : 'How it started'}
        </Title>
        <Text component="span" size="sm" className="muted">
          {took === null ? 'The desktop was never ready' : `Ready after ${inWords(took)}`}
        </Text>
      </summary>
      <StepList session={session} steps={steps} />
    </details>
  );
}

function Estimate({ session, steps }: Props) {
  const { sentence, percent, shown } = useLaunchEstimate(session);
  const resumed = isResumed(session, steps);
  return (
    <div>
      <LaunchBar label="Progress" shown={shown} percent={resumed ? null : percent} />
      <Text size="sm" className="muted num" mt="xs">
        {resumed ? 'Your kept machine is being woken. There is no estimate for that.' : sentence}
      </Text>
    </div>
  );
}
