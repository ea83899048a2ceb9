import { Group, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { dayOf } from '../../lib/format';
import { quotaText } from '../../lib/roles';
import type { User } from '../../types/vm.types';
import { ActiveBadge } from './ActiveBadge';

interface Props {
  users: readonly User[];
  /** Who looks at them. */
  me: User;
  menuOf: (user: User) => ReactNode;
}

/** Users by id. Where there is little room, the login's cell says it all. */
export function UserTable({ users, me, menuOf }: Props) {
  return (
    <div className="panel">
      <Table verticalSpacing="sm" horizontalSpacing="md" aria-label="Users">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Login</Table.Th>
            <Table.Th scope="col" visibleFrom="md">
              Role
            </Table.Th>
            <Table.Th scope="col" visibleFrom="md">
              Sessions
            </Table.Th>
            <Table.Th scope="col" visibleFrom="lg">
              Password
            </Table.Th>
            <Table.Th scope="col" visibleFrom="lg">
              Registered
            </Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Row key={user.id} user={user} isMe={user.id === me.id} menu={menuOf(user)} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ user, isMe, menu }: { user: User; isMe: boolean; menu: ReactNode }) {
  const password = user.has_password ? 'Set' : 'Not set';
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {user.login}
          </Text>
          {isMe ? (
            <Text size="xs" className="muted">
              (you)
            </Text>
          ) : null}
        </Group>
        <Text size="xs" className="muted num" hiddenFrom="md">
          {user.role} · {quotaText(user)}
          {user.has_password ? '' : ' · no password'}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">{user.role}</Table.Td>
      <Table.Td visibleFrom="md" className="num">
        {quotaText(user)}
      </Table.Td>
      <Table.Td visibleFrom="lg">{password}</Table.Td>
      <Table.Td visibleFrom="lg" className="num">
        {dayOf(user.registered_at)}
      </Table.Td>
      <Table.Td>
        <ActiveBadge isActive={user.is_active} />
      </Table.Td>
      <Table.Td>{menu}</Table.Td>
    </Table.Tr>
  );
}
