import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { maySeeAll, useMe } from '../../hooks/useMe';
import { useNow } from '../../hooks/useNow';
import type { PageIcon } from '../../hooks/usePageTitle';
import type { Standing } from '../../hooks/useSession';
import { isEnding, minutesLeft } from '../../lib/timeLeft';
import type { VMSession } from '../../types/vm.types';
import { OsIcon } from '../OsIcon';
import { PageHeader } from '../PageHeader';
import { StatusBadge } from '../StatusBadge';
import classes from './session.module.css';
import { SessionActions } from './SessionActions';

/** What the tab says, so that somebody on another one sees it. */
function tabOf({ status, template, expires_at }: VMSession, now: number): [string, PageIcon] {
  const left = Date.parse(expires_at) - now;
  switch (status) {
    case 'pending':
      return [`Starting: ${template.name}`, 'favicon-starting'];
    case 'active':
      return isEnding(left)
        ? [`${minutesLeft(left)} min left: ${template.name}`, 'favicon-ending']
        : [`Ready: ${template.name}`, 'favicon-ready'];
    case 'failed':
      return [`Failed: ${template.name}`, 'favicon-failed'];
    case 'expired':
      return [template.name, 'favicon'];
  }
}

export function SessionHeader({ session, standing }: { session: VMSession; standing: Standing }) {
  const [tabTitle, icon] = tabOf(session, useNow());
  const me = useMe();
  return (
    <PageHeader
      title={session.template.name}
      tabTitle={tabTitle}
      icon={icon}
      mark={<OsIcon os={session.template.os_type} size={52} />}
      badge={<StatusBadge status={session.status} size="lg" />}
      description={
        <>
          {session.session_type}
          {session.node_name ? ` · ${session.node_name}` : ''}
          {maySeeAll(me) && session.node_name ? (
            <>
              {' ('}
              <Anchor component={Link} to={`/admin/sessions?placement=${session.id}`} underline="always">
                Why this node
              </Anchor>
              )
            </>
          ) : null}
          {standing.isMine ? null : (
            <>
              {' · of '}
              <Anchor component={Link} to={`/admin/sessions?owner=${session.owner_id}`} underline="always">
                {standing.owner}
              </Anchor>
            </>
          )}
          {' · '}
          <span className={`num ${classes.id}`}>{session.id}</span>
        </>
      }
      actions={standing.maySteer ? <SessionActions session={session} standing={standing} /> : null}
    />
  );
}
