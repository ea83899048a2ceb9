import { Text, Timeline } from '@mantine/core';
import { Check, LoaderCircle, X } from 'lucide-react';
import { useNow } from '../../hooks/useNow';
import { exactTime, inWords } from '../../lib/format';
import { stepInWords } from '../../lib/sessionWords';
import { givenUp, pathOf, type ShownStep, type StepState } from '../../lib/steps';
import type { HistoryStep, VMSession } from '../../types/vm.types';

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
                {stepInWords(step.name)}
              </Text>
            }
          >
            <Text size="sm" className="muted num">
              <When step={step} isFailed={isFailed} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </>
  );
}

/** When a step began, and how long it took. */
function When({
  step: { name, state, began_at, ended_at },
  isFailed,
}: {
  step: ShownStep;
  isFailed: boolean;
}) {
  if (state === 'waiting') return 'Still to come';
  if (state === 'running') return <Running since={began_at} />;
  if (!began_at) return 'Done';
  const at = exactTime(began_at);
  if (name === 'active' || !ended_at) return at;
  const took = inWords(Date.parse(ended_at) - Date.parse(began_at));
  if (state === 'stopped') return `${at} · ${isFailed ? 'failed' : 'stopped'} after ${took}`;
  return `${at} · took ${took}`;
}

function Running({ since }: { since: string | null }) {
  const now = useNow();
  return since ? `${exactTime(since)} · under way for ${inWords(now - Date.parse(since))}` : 'Under way';
}
