import { Anchor, Drawer, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Route } from 'lucide-react';
import { Link } from 'react-router';
import { explainPlacement } from '../../api/admin.api';
import { dayOf, exactTime } from '../../lib/format';
import { keys } from '../../live/keys';
import { usePollPeriod } from '../../live/LiveProvider';
import type { Placement } from '../../types/vm.types';
import { EmptyState } from '../EmptyState';
import { QueryView } from '../QueryView';
import { PlacementTable } from './PlacementTable';

interface Props {
  /** Nothing is open without it. */
  session: string | null;
  onClose: () => void;
}

/** Why a session is where it is, and why not somewhere else. */
export function PlacementDrawer({ session, onClose }: Props) {
  return (
    <Drawer
      opened={session !== null}
      onClose={onClose}
      position="right"
      size={860}
      title={
        <Text span fw={600}>
          Why here
        </Text>
      }
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {session === null ? null : <Explanation session={session} />}
    </Drawer>
  );
}

function Explanation({ session }: { session: string }) {
  const placement = useQuery({
    queryKey: keys.placement(session),
    queryFn: ({ signal }) => explainPlacement(session, signal),
    refetchInterval: usePollPeriod(),
  });
  return (
    <Stack gap="lg">
      <Text size="sm" className="muted" style={{ overflowWrap: 'anywhere' }}>
        Of session{' '}
        <Anchor component={Link} to={`/sessions/${session}`} inherit underline="always">
          {session}
        </Anchor>
        . The node with the lowest score gets the session: 70 % of it is RAM, 30 % is CPU, with what is
        reserved and the new VM added.
      </Text>
      <QueryView query={placement} skeleton={<Skeleton h={420} radius="lg" />}>
        {({ attempts }) =>
          attempts.length === 0 ? (
            <EmptyState title="No node was chosen" icon={Route}>
              The session waits for a node, was over before it had one, or took over a VM that was kept.
            </EmptyState>
          ) : (
            attempts.map((attempt) => <Attempt key={attempt.attempt} attempt={attempt} />)
          )
        }
      </QueryView>
    </Stack>
  );
}

function Attempt({
  attempt: { attempt, at, node, explanation, considered },
}: {
  attempt: Placement['attempts'][number];
}) {
  const id = `attempt-${attempt}`;
  return (
    <section aria-labelledby={id}>
      <Title order={3} size="h5" id={id}>
        Attempt {attempt}: {node}
      </Title>
      <Text size="sm" className="muted num" mb="xs">
        {dayOf(at)}, {exactTime(at)}
      </Text>
      <PlacementTable label={`Nodes considered in attempt ${attempt}`} considered={considered} />
      <Text size="xs" className="muted" mt="xs" style={{ overflowWrap: 'anywhere' }}>
        {explanation}
      </Text>
    </section>
  );
}
