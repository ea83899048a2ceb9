import { Anchor, Progress, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useLaunchEstimate } from '../hooks/useLaunchEstimate';
import { useNow } from '../hooks/useNow';
import { countdown } from '../lib/format';
import { stepInWords } from '../lib/sessionWords';
import { isEnding, shareLeft } from '../lib/timeLeft';
import type { VMSession } from '../types/vm.types';
import { DesktopLink } from './DesktopLink';
import { LaunchBar } from './LaunchBar';
import { OsIcon } from './OsIcon';
import classes from './SessionCard.module.css';
import { StatusBadge } from './StatusBadge';

/** An open session in a row: how far it is, or how much of it is left, and the way to its desktop. */
export function SessionCard({ session }: { session: VMSession }) {
  const { template, session_type, node_name } = session;
  const isPending = session.status === 'pending';
  return (
    <article className={`panel ${classes.card}`} aria-label={`${template.name}, ${session.status}`}>
      <OsIcon os={template.os_type} size={38} />
      <div>
        <Anchor component={Link} to={`/sessions/${session.id}`} className={classes.name}>
          {template.name}
        </Anchor>
        <Text size="sm" className="muted">
          {isPending ? stepInWords(session.provisioning_step) : [node_name, session_type].join(' · ')}
        </Text>
      </div>
      <div className={classes.gauge}>
        {isPending ? <Launching session={session} /> : <Left session={session} />}
      </div>
      {session.desktop === 'ready' ? (
        <DesktopLink session={session} size="sm" label="Open" />
      ) : (
        <StatusBadge status={session.status} />
      )}
    </article>
  );
}

function Launching({ session }: { session: VMSession }) {
  const { percent, shown } = useLaunchEstimate(session);
  return <LaunchBar label={`Progress of ${session.template.name}`} shown={shown} percent={percent} />;
}

function Left({ session }: { session: VMSession }) {
  const now = useNow();
  const left = Date.parse(session.expires_at) - now;
  const ending = isEnding(left);
  return (
    <>
      <Text
        size="sm"
        fw={600}
        className="num"
        c={ending ? 'var(--mantine-color-red-light-color)' : undefined}
      >
        {countdown(left)} left
      </Text>
      <Progress
        value={shareLeft(session, now)}
        color={ending ? 'red' : 'teal'}
        size={6}
        radius="xl"
        mt={4}
        aria-label={`Time left of ${session.template.name}`}
      />
    </>
  );
}
