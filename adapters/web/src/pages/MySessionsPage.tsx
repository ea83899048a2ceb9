import { Anchor, Button, SegmentedControl, Skeleton, Stack, Title } from '@mantine/core';
import { MonitorPlay } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { EmptyState } from '../components/EmptyState';
import { KeptMachine } from '../components/KeptMachine';
import { LiveBadge } from '../components/LiveBadge';
import { PageHeader } from '../components/PageHeader';
import { PastSession } from '../components/PastSession';
import classes from '../components/PastSession.module.css';
import { ProblemAlert } from '../components/ProblemAlert';
import { QueryView } from '../components/QueryView';
import { SessionCard } from '../components/SessionCard';
import { mayLaunch, useMe } from '../hooks/useMe';
import { isOpen, useMySessions } from '../hooks/useMySessions';
import { useSessionPages } from '../hooks/useSessionPages';
import { showMore } from '../lib/showMore';
import type { VMSession, VMSessionStatus } from '../types/vm.types';

const statuses: readonly VMSessionStatus[] = ['pending', 'active', 'expired', 'failed'];

/** All of my sessions: those that are open, what is kept of others, and the past. */
export function MySessionsPage() {
  const [search, setSearch] = useSearchParams();
  const status = statuses.find((each) => each === search.get('status'));
  const pages = useSessionPages(status);
  const newest = useMySessions().data?.items ?? [];
  const show = (wanted: string) => setSearch(wanted === 'all' ? {} : { status: wanted }, { replace: true });
  return (
    <Stack gap="lg">
      <PageHeader
        title="My sessions"
        description="What is open, what is kept for you, and what is past."
        badge={<LiveBadge />}
      />
      <SegmentedControl
        aria-label="Show sessions by status"
        value={status ?? 'all'}
        onChange={show}
        data={['all', ...statuses].map((value) => ({
          value,
          label: <span className={classes.filter}>{value}</span>,
        }))}
        className={classes.filters}
      />
      <QueryView
        // A next page that does not come is told of at its button.
        query={{
          data: pages.data,
          refetch: pages.refetch,
          error: pages.isFetchNextPageError ? null : pages.error,
        }}
        skeleton={<Skeleton h={420} radius="lg" />}
      >
        {({ pages: loaded }) => (
          <>
            <Sections
              sessions={loaded.flatMap(({ items }) => items)}
              newest={newest}
              status={status}
              onShowAll={() => show('all')}
            />
            {pages.isFetchNextPageError ? (
              <ProblemAlert error={pages.error} onRetry={() => void showMore(pages)} />
            ) : null}
            {pages.hasNextPage ? (
              <Button
                variant="default"
                loading={pages.isFetchingNextPage}
                onClick={() => void showMore(pages)}
                mx="auto"
              >
                Show more
              </Button>
            ) : null}
          </>
        )}
      </QueryView>
    </Stack>
  );
}

interface SectionsProps {
  sessions: readonly VMSession[];
  /** Of every status, to find what is kept. */
  newest: readonly VMSession[];
  status?: VMSessionStatus;
  onShowAll: () => void;
}

function Sections({ sessions, newest, status, onShowAll }: SectionsProps) {
  const mayAct = mayLaunch(useMe());
  const open = sessions.filter(isOpen);
  const known = new Map([...newest, ...sessions].map((session) => [session.id, session]));
  const kept = status ? [] : [...known.values()].filter(({ keeps_vm }) => keeps_vm);
  const past = sessions.filter((session) => !isOpen(session) && (status || !session.keeps_vm));

  if (sessions.length === 0 && status)
    return (
      <EmptyState title={`None of your sessions is ${status}`}>
        <Anchor component="button" type="button" onClick={onShowAll}>
          Show all
        </Anchor>
      </EmptyState>
    );
  if (sessions.length === 0)
    return (
      <EmptyState title="You have no sessions yet" icon={MonitorPlay}>
        {mayAct ? (
          <Button component={Link} to="/" variant="light">
            Launch a machine
          </Button>
        ) : (
          'Auditors look at the sessions of others; they launch none.'
        )}
      </EmptyState>
    );
  return (
    <>
      {open.length > 0 ? (
        <Section title="Current">
          <Stack gap="sm">
            {open.map((session) => (
              <SessionCard key={session.id} session={session} />
            ))}
          </Stack>
        </Section>
      ) : null}
      {kept.length > 0 ? (
        <Section title="Kept machines">
          <ul className={`panel ${classes.list}`}>
            {kept.map((session) => (
              <KeptMachine key={session.id} session={session} mayAct={mayAct} />
            ))}
          </ul>
        </Section>
      ) : null}
      {past.length > 0 ? (
        <Section title="Past">
          <ul className={`panel ${classes.list}`}>
            {past.map((session) => (
              <PastSession key={session.id} session={session} />
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = title.toLowerCase().replace(' ', '-');
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" mb="sm" id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}
