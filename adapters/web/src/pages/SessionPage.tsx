import { Button, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { SearchX } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { ApiError } from '../api/client';
import { EmptyState } from '../components/EmptyState';
import { homeOf } from '../components/navigation';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { DesktopPanel } from '../components/session/DesktopPanel';
import { HistoryPanel } from '../components/session/HistoryPanel';
import { OverPanel } from '../components/session/OverPanel';
import { ProgressPanel } from '../components/session/ProgressPanel';
import classes from '../components/session/session.module.css';
import { SessionHeader } from '../components/session/SessionHeader';
import { TimePanel } from '../components/session/TimePanel';
import { VisitProblem } from '../components/session/VisitProblem';
import { useFocusWhen } from '../hooks/useFocusWhen';
import { mayLaunch, useMe } from '../hooks/useMe';
import { isOpen } from '../hooks/useMySessions';
import { useSession, useSessionHistory, useStanding } from '../hooks/useSession';
import { newsInWords } from '../lib/sessionWords';
import type { VMSession } from '../types/vm.types';

/** One session, from its launch to its end and after it. */
export function SessionPage() {
  const { id = '' } = useParams();
  const query = useSession(id);
  const refusal = query.error instanceof ApiError ? query.error.problem.status : 0;
  if (!query.data && (refusal === 404 || refusal === 403)) return <NoSession isForbidden={refusal === 403} />;
  return (
    <Stack gap="lg" maw={1040} mx="auto">
      {query.data ? null : <PageHeader title="Session" />}
      <QueryView query={query} skeleton={<Skeleton h={560} radius="lg" />}>
        {(session) => <SessionView key={session.id} session={session} />}
      </QueryView>
    </Stack>
  );
}

function SessionView({ session }: { session: VMSession }) {
  const history = useSessionHistory(session.id);
  const standing = useStanding(session);
  const link = useFocusWhen<HTMLAnchorElement>(session.desktop === 'ready');
  const heading = useFocusWhen<HTMLHeadingElement>(!isOpen(session), true);
  const steps = history.data?.steps ?? [];
  const progress = <ProgressPanel session={session} steps={steps} />;
  const desktop = <DesktopPanel session={session} maySteer={standing.maySteer} link={link} />;
  return (
    <Stack gap="lg">
      <SessionHeader session={session} standing={standing} />
      <VisuallyHidden role="status" aria-live="polite">
        {newsInWords(session)}
      </VisuallyHidden>
      <VisitProblem />
      {isOpen(session) ? (
        <div className={classes.columns}>
          <Stack gap="lg">
            {session.status === 'pending' ? null : desktop}
            {progress}
            {session.status === 'pending' ? desktop : null}
          </Stack>
          <TimePanel session={session} maySteer={standing.maySteer} />
        </div>
      ) : (
        <>
          <OverPanel session={session} steps={steps} isMine={standing.isMine} heading={heading} />
          {progress}
        </>
      )}
      <HistoryPanel query={history} owner={standing.owner} />
    </Stack>
  );
}

function NoSession({ isForbidden }: { isForbidden: boolean }) {
  const me = useMe();
  return (
    <>
      <PageHeader title={isForbidden ? 'Not your session' : 'No such session'} />
      <EmptyState
        title={isForbidden ? 'This session belongs to somebody else' : 'There is no session at this address'}
        icon={SearchX}
      >
        <Button component={Link} to={mayLaunch(me) ? '/sessions' : homeOf(me)} variant="light">
          {mayLaunch(me) ? 'Go to my sessions' : 'Go to my page'}
        </Button>
      </EmptyState>
    </>
  );
}
