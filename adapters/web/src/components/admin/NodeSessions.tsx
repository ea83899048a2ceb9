import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useNodeDetail } from '../../hooks/useNodeDetail';
import { isOpen } from '../../hooks/useMySessions';
import { count, dayAndTime, timeOfDay } from '../../lib/format';
import type { AdminSession, ProxmoxNodeDetail } from '../../types/vm.types';
import { QueryView } from '../QueryView';
import { StatusBadge } from '../StatusBadge';

/** What a drain of the node waits for, in words. */
function waitOf({ sessions, last_session_ends_at }: ProxmoxNodeDetail): string {
  const open = sessions.filter(isOpen).length;
  const kept = sessions.length - open;
  if (sessions.length === 0) return 'No sessions are on it.';
  const parts = [];
  if (open > 0)
    parts.push(
      `${count(open, 'open session')}${last_session_ends_at ? `; the last ends on ${dayAndTime(last_session_ends_at)}` : ''}.`,
    );
  if (kept > 0) parts.push(`${count(kept, 'ended session')} with a VM that is kept or being removed.`);
  return parts.join(' ');
}

function Row({ session }: { session: AdminSession }) {
  return (
    <Group component="li" justify="space-between" gap="sm" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Anchor component={Link} to={`/sessions/${session.id}`} size="sm" fw={600}>
          {session.owner_login} · {session.template.name}
        </Anchor>
        <Text size="xs" className="muted num">
          {isOpen(session) ? `Ends at ${timeOfDay(session.expires_at)}` : 'Ended; its VM is still there'}
        </Text>
      </div>
      <StatusBadge status={session.status} />
    </Group>
  );
}

/** The sessions of a node, and when it will be free of them. */
export function NodeSessions({ name }: { name: string }) {
  return (
    <QueryView query={useNodeDetail(name)} skeleton={<Skeleton h={80} radius="md" />}>
      {(detail) => (
        <Stack gap="sm">
          <Text size="sm" fw={600}>
            {waitOf(detail)}
          </Text>
          {detail.sessions.length > 0 ? (
            <Stack
              component="ul"
              gap="xs"
              m={0}
              p={0}
              style={{ listStyle: 'none' }}
              aria-label="Sessions on it"
            >
              {detail.sessions.map((session) => (
                <Row key={session.id} session={session} />
              ))}
            </Stack>
          ) : null}
        </Stack>
      )}
    </QueryView>
  );
}
