import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Activity, FilterX } from 'lucide-react';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { endAnySession } from '../../api/admin.api';
import { AllSessionsFilters } from '../../components/admin/AllSessionsFilters';
import { AllSessionsList } from '../../components/admin/AllSessionsList';
import { PlacementDrawer } from '../../components/admin/PlacementDrawer';
import { EmptyState } from '../../components/EmptyState';
import { LiveBadge } from '../../components/LiveBadge';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { ReasonDialog } from '../../components/ReasonDialog';
import { useAllSessions } from '../../hooks/useAllSessions';
import { mayAdminister, useMe } from '../../hooks/useMe';
import { useSearchPatch } from '../../hooks/useSearchPatch';
import { count } from '../../lib/format';
import { sessionFilterOf } from '../../lib/sessionFilter';
import { showMore } from '../../lib/showMore';
import { keys } from '../../live/keys';
import type { AdminSession } from '../../types/vm.types';

const noFilter = { status: undefined, owner: undefined, node: undefined, open: undefined };

/** Everybody's sessions, and why each was placed where it is. */
export function AllSessionsPage() {
  const me = useMe();
  const cache = useQueryClient();
  const [search, patch] = useSearchPatch();
  const [ending, setEnding] = useState<AdminSession | null>(null);
  const placement = usePlacement();
  const filter = sessionFilterOf(search);
  const query = useAllSessions(filter);
  const clear = () => patch(noFilter);

  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="All sessions"
        badge={<LiveBadge />}
        description="Everybody's sessions, newest first, and why each is where it is."
      />
      <AllSessionsFilters filter={filter} onChange={patch} />
      <QueryView query={query} skeleton={<Skeleton h={520} radius="lg" />}>
        {({ pages }) => {
          const sessions = pages.flatMap(({ items }) => items);
          if (sessions.length === 0)
            return Object.keys(filter).length > 0 ? (
              <EmptyState title="No session is like this" icon={FilterX}>
                <Button variant="light" onClick={clear}>
                  Clear the filters
                </Button>
              </EmptyState>
            ) : (
              <EmptyState title="No session yet" icon={Activity}>
                As soon as somebody launches a machine, it is listed here.
              </EmptyState>
            );
          return (
            <>
              <AllSessionsList
                sessions={sessions}
                onExplain={({ id }) => placement.open(id)}
                onEnd={mayAdminister(me) ? setEnding : undefined}
              />
              <Stack align="center" gap="xs">
                <Text size="sm" className="muted">
                  {count(sessions.length, 'session')} shown
                </Text>
                {query.hasNextPage ? (
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void showMore(query)}
                  >
                    Show more
                  </Button>
                ) : null}
              </Stack>
            </>
          );
        }}
      </QueryView>
      <PlacementDrawer session={placement.session} onClose={placement.close} />
      <ReasonDialog
        title="End this session"
        opened={ending !== null}
        onClose={() => setEnding(null)}
        confirm="End the session"
        isDangerous
        reasonLabel="Reason, which its owner will see"
        act={(reason) => endAnySession(ending?.id ?? '', reason)}
        onDone={() => void cache.invalidateQueries({ queryKey: keys.allSessions })}
      >
        {ending ? (
          <Text size="sm">
            {ending.template.name} of {ending.owner_login} ends at once.{' '}
            {ending.session_type === 'ephemeral'
              ? 'Its VM is destroyed with everything on it.'
              : 'Its VM is shut down and kept.'}
          </Text>
        ) : null}
      </ReasonDialog>
    </Stack>
  );
}

/** Whose placement is explained stands in the address: it can be linked, and Back closes it. */
function usePlacement() {
  const [search, patch] = useSearchPatch();
  const navigate = useNavigate();
  const state: unknown = useLocation().state;
  return {
    session: search.get('placement'),
    open: (id: string) => patch({ placement: id }, { state: 'opened here' }),
    close: () => {
      // Without an entry of ours before it there is nothing to go back to.
      if (state === 'opened here') void navigate(-1);
      else patch({ placement: undefined });
    },
  };
}
