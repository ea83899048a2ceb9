import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { FilterX, History } from 'lucide-react';
import { ApiError } from '../../api/client';
import classes from '../../components/admin/Audit.module.css';
import { AuditChainButton, AuditChainResult } from '../../components/admin/AuditChain';
import { AuditExportButton, AuditExportError, useLogExport } from '../../components/admin/AuditExport';
import { AuditFilters } from '../../components/admin/AuditFilters';
import { AuditScrubber } from '../../components/admin/AuditScrubber';
import { AuditState } from '../../components/admin/AuditState';
import { AuditTimeline } from '../../components/admin/AuditTimeline';
import { EmptyState } from '../../components/EmptyState';
import { LiveBadge } from '../../components/LiveBadge';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { useAuditEvents } from '../../hooks/useAuditEvents';
import { useSearchPatch } from '../../hooks/useSearchPatch';
import { auditFilterOf, filterNames, positionOf } from '../../lib/audit';
import { showMore } from '../../lib/showMore';

const noFilter = Object.fromEntries(filterNames.map((name) => [name, undefined]));

/** The event log as a timeline, and what everything was like at any of its events. */
export function AuditPage() {
  const [search, patch] = useSearchPatch();
  const isNarrow = useMediaQuery('(max-width: 75em)', undefined, { getInitialValueInEffect: false });
  const filter = auditFilterOf(search);
  const position = positionOf(search);
  const query = useAuditEvents(filter);
  const download = useLogExport();
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const systemActors = [...new Set(events.map(({ actor }) => actor))].filter(
    (actor) => !actor.startsWith('user:'),
  );

  // The first event that is looked at is a step to go back from; those after it are not.
  const select = (to: number) => patch({ at: String(to) }, { replace: position !== null });
  const close = () => {
    document.querySelector<HTMLElement>(`[data-position="${position ?? ''}"]`)?.focus();
    patch({ at: undefined });
  };
  const clear = () => patch(noFilter);

  const isShown = events.some((event) => event.position === position);
  const state =
    position === null ? null : (
      <AuditState
        position={position}
        order={isNarrow && isShown ? 3 : 2}
        onSelect={select}
        onClose={close}
        onStream={(stream) => patch({ ...noFilter, stream })}
      />
    );
  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="Audit trail"
        badge={<LiveBadge />}
        description="Everything that happened, newest first, as the event log has it."
        actions={
          <>
            <AuditExportButton {...download} />
            <AuditChainButton />
          </>
        }
      />
      <AuditExportError {...download} />
      <AuditChainResult />
      <AuditFilters
        filter={filter}
        onChange={patch}
        onClear={clear}
        systemActors={systemActors}
        errors={query.error instanceof ApiError ? query.error.fieldErrors : {}}
      />
      {events.length > 0 ? <AuditScrubber events={events} position={position} onSelect={select} /> : null}
      <div className={classes.split} data-narrow={isNarrow || undefined}>
        {isNarrow && !isShown && !query.isPending ? state : null}
        <QueryView query={query} skeleton={<Skeleton h={560} radius="lg" />}>
          {() => (
            <>
              {events.length > 0 ? (
                <AuditTimeline
                  events={events}
                  position={position}
                  onSelect={select}
                  detail={isNarrow ? state : undefined}
                />
              ) : (
                <Nothing
                  isFiltered={Object.keys(filter).length > 0}
                  goesOn={query.hasNextPage}
                  onClear={clear}
                />
              )}
              <Older query={query} />
            </>
          )}
        </QueryView>
        {isNarrow ? null : (
          <div className={classes.aside}>
            {state ?? (
              <EmptyState title="Travel in time" icon={History}>
                Pick an event to see what its session, node, template or user was like right after it.
              </EmptyState>
            )}
          </div>
        )}
      </div>
    </Stack>
  );
}

function Nothing({
  isFiltered,
  goesOn,
  onClear,
}: {
  isFiltered: boolean;
  goesOn: boolean;
  onClear: () => void;
}) {
  if (goesOn) return null;
  if (!isFiltered)
    return (
      <EmptyState title="Nothing happened yet" icon={History}>
        As soon as something does, it is listed here.
      </EmptyState>
    );
  return (
    <EmptyState title="No event is like this" icon={FilterX}>
      <Button variant="light" onClick={onClear}>
        Clear the filters
      </Button>
    </EmptyState>
  );
}

/** The way further back. Berth looks through a part of the log at a time, and none of it may match. */
function Older({ query }: { query: ReturnType<typeof useAuditEvents> }) {
  if (!query.hasNextPage) return null;
  const foundNothing = query.data?.pages.at(-1)?.items.length === 0;
  return (
    <Stack align="center" gap="xs">
      {foundNothing ? (
        <Text size="sm" className="muted" role="status">
          Nothing among these. There are older events to search.
        </Text>
      ) : null}
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void showMore(query)}>
        {foundNothing ? 'Go on searching' : 'Show older'}
      </Button>
    </Stack>
  );
}
