import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { dayAndTime, minutesInWords } from '../lib/format';
import { endInWords } from '../lib/sessionWords';
import type { VMSession } from '../types/vm.types';
import { OsIcon } from './OsIcon';
import classes from './PastSession.module.css';
import { StatusBadge } from './StatusBadge';

/** How long it lasted where that is known, which is when it lasted until its deadline. */
function lengthOf({ created_at, expires_at, end_reason }: VMSession): string {
  const minutes = Math.round((Date.parse(expires_at) - Date.parse(created_at)) / 60_000);
  return `${end_reason === 'deadline' ? 'lasted' : 'asked for'} ${minutesInWords(minutes)}`;
}

/** A session that is over, in a row of a list. */
export function PastSession({ session }: { session: VMSession }) {
  const { template, created_at, node_name } = session;
  return (
    <li className={classes.row}>
      <OsIcon os={template.os_type} size={32} />
      <div>
        <Anchor component={Link} to={`/sessions/${session.id}`} className={classes.name}>
          {template.name}
        </Anchor>
        <Text size="sm" className="muted">
          {[session.session_type, node_name].filter(Boolean).join(' · ')}
        </Text>
      </div>
      <div className={classes.when}>
        <Text size="sm" className="num" component="time" dateTime={created_at} display="block">
          {dayAndTime(created_at)}
        </Text>
        <Text size="sm" className="muted">
          {lengthOf(session)}
        </Text>
      </div>
      <Text size="sm" className={classes.end}>
        {endInWords(session)}
      </Text>
      <StatusBadge status={session.status} />
    </li>
  );
}
