import { Fragment } from 'react';
import { isOpen, useMySessions } from '../hooks/useMySessions';
import { DeadlineWarning } from './DeadlineWarning';
import { SessionNews } from './SessionNews';

/** Tells of my sessions wherever I am: that they end soon, that they are ready, that they have failed. */
export function DeadlineWarnings() {
  const sessions = useMySessions().data?.items ?? [];
  return sessions.map((session) => (
    <Fragment key={session.id}>
      {isOpen(session) ? <DeadlineWarning session={session} /> : null}
      <SessionNews session={session} />
    </Fragment>
  ));
}
