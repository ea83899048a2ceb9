import { Text, Timeline } from '@mantine/core';
import { Check, LoaderCircle, X } from 'lucide-react';
import { useNow } from '../../hooks/useNow';
import { exactTime, inWords } from '../../lib/format';
import { givenUp, pathOf, type ShownStep, type StepState } from '../../lib/steps';
import type { HistoryStep, VMSession, VMSessionStatus } from '../../types/vm.types';

const bullet: Record<StepState, React.ReactNode> = {
  done: <Check size={13} aria-hidden />,
  running: <LoaderCircle size={13} className="spin" aria-hidden />,
  stopped: <X size={13} aria-hidden />,
  waiting: null,
};

interface Props {
  session: VMSession;
  steps: readonly HistoryStep[];
}

/** The way to the desktop in named steps, with their times. */
export function StepList({ session, steps }: Props) {
  const path = pathOf(session, steps);
  const reached = path.findLastIndex(({ state }) => state !== 'waiting');
  const isFailed = session.status === 'failed';
  return (
    <>
      {givenUp(session, steps).map((text) => (
        <Text key={text} size="sm" className="muted" mb="xs">
          {text}
        </Text>
      ))}
      <Timeline active={reached} bulletSize={24} lineWidth={2} role="list" aria-label="Steps">
        {path.map((step) => (
          <Timeline.Item
            key={step.name}
            role="listitem"
            bullet={bullet[step.state]}
            color={step.state === 'stopped' ? (isFailed ? 'red' : 'gray') : undefined}
            aria-current={step.state === 'running' ? 'step' : undefined}
            title={
              <Text
                fw={step.state === 'running' ? 650 : 500}
                className={step.state === 'waiting' ? 'muted' : undefined}
              >
                {step.title}
              </Text>
            }
          >
            <Text size="sm" className="muted num">
              <When step={step} status={session.status} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </>
  );
}

const lengthInWords = (ms: number) => (ms < 1_000 ? 'less than 1 s' : inWords(ms));

interface WhenProps {
  step: ShownStep;
  status: VMSessionStatus;
}

/** When a step began, and how long it took. */
function When({ step: { name, state, began_at, ended_at }, status }: WhenProps) {
  if (state === 'waiting') return status === 'pending' ? 'Still to come' : 'Not reached';
  if (state === 'running') return <Running since={began_at} />;
  if (!began_at) return 'Done';
  const at = exactTime(began_at);
  if (name === 'active' || !ended_at) return at;
  const length = lengthInWords(Date.parse(ended_at) - Date.parse(began_at));
  if (state === 'stopped') return `${at} · ${status === 'failed' ? 'failed' : 'stopped'} after ${length}`;
  return `${at} · took ${length}`;
}

function Running({ since }: { since: string | null }) {
  const now = useNow();
  return since ? `${exactTime(since)} · under way for ${inWords(now - Date.parse(since))}` : 'Under way';
}
