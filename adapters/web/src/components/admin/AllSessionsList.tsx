import { Anchor, Group, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from 'react-router';
import { dayAndTime, dayOf, timeOfDay } from '../../lib/format';
import type { AdminSession } from '../../types/vm.types';
import { OsIcon } from '../OsIcon';
import { ScrollPane } from '../ScrollPane';
import {
  AllSessionsActions,
  AllSessionsEnd,
  AllSessionsState,
  nameOf,
  type SessionActions,
} from './AllSessionsParts';

interface Props extends SessionActions {
  sessions: readonly AdminSession[];
}

/** Sessions as a table, and where there is no room for one, as cards. */
export function AllSessionsList(props: Props) {
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  return isNarrow ? <Cards {...props} /> : <Rows {...props} />;
}

function Name({ session }: { session: AdminSession }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <OsIcon os={session.template.os_type} size={34} />
      <div style={{ minWidth: 0 }}>
        <Anchor
          component={Link}
          to={`/sessions/${session.id}`}
          fw={600}
          size="sm"
          aria-label={nameOf(session)}
        >
          {session.template.name}
        </Anchor>
        <Text size="xs" className="muted" tt="capitalize">
          {session.session_type}
        </Text>
      </div>
    </Group>
  );
}

function Rows({ sessions, ...actions }: Props) {
  return (
    <div className="panel">
      <ScrollPane label="Table of sessions">
        <Table verticalSpacing="sm" horizontalSpacing="md" miw={900} style={{ whiteSpace: 'nowrap' }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Session</Table.Th>
              <Table.Th>Owner</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Node</Table.Th>
              <Table.Th>Started</Table.Th>
              <Table.Th>Ends</Table.Th>
              <Table.Th>
                <span style={{ float: 'right' }}>Actions</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sessions.map((session) => (
              <Table.Tr key={session.id}>
                <Table.Td>
                  <Name session={session} />
                </Table.Td>
                <Table.Td>{session.owner_login}</Table.Td>
                <Table.Td>
                  <AllSessionsState session={session} />
                </Table.Td>
                <Table.Td>{session.node_name ?? <span className="muted">None yet</span>}</Table.Td>
                <Table.Td className="num">
                  <Text size="sm">{timeOfDay(session.created_at)}</Text>
                  <Text size="xs" className="muted">
                    {dayOf(session.created_at)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <AllSessionsEnd session={session} />
                </Table.Td>
                <Table.Td>
                  <AllSessionsActions session={session} {...actions} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPane>
    </div>
  );
}

function Cards({ sessions, ...actions }: Props) {
  return (
    <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Sessions">
      {sessions.map((session) => (
        <li key={session.id} className="panel" style={{ padding: 14 }}>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Name session={session} />
            <AllSessionsEnd session={session} />
          </Group>
          <Group justify="space-between" align="flex-end" mt="sm" gap="sm">
            <AllSessionsState session={session} />
            <Text size="sm" ta="right" className="muted">
              {session.owner_login} on {session.node_name ?? 'no node yet'}
              <br />
              <span className="num">{dayAndTime(session.created_at)}</span>
            </Text>
          </Group>
          <div style={{ marginTop: 8 }}>
            <AllSessionsActions session={session} {...actions} />
          </div>
        </li>
      ))}
    </Stack>
  );
}
