import { Button, Skeleton, Stack } from '@mantine/core';
import { Activity, CirclePause, CirclePlay, History, KeyRound, Pencil, UserPlus, Search } from 'lucide-react';
import { useState } from 'react';
import { ActionMenu, type Action } from '../../components/ActionMenu';
import { UserDialogs, type UserAction } from '../../components/admin/UserDialogs';
import { UserTable } from '../../components/admin/UserTable';
import { EmptyState } from '../../components/EmptyState';
import { FilterField } from '../../components/FilterField';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { useDialog } from '../../hooks/useDialog';
import { mayAdminister, useMe } from '../../hooks/useMe';
import { useUsers } from '../../hooks/useUsers';
import type { User } from '../../types/vm.types';

function matches({ login, role, is_active }: User, wanted: string): boolean {
  return [login, role, is_active ? 'active' : 'disabled'].some((text) =>
    text.includes(wanted.trim().toLowerCase()),
  );
}

const linksOf = ({ id }: User): Action[] => [
  { label: 'Sessions', icon: Activity, to: `/admin/sessions?owner=${id}` },
  { label: 'What they did', icon: History, to: `/admin/audit?actor=user:${id}` },
];

/** Who may use Berth, as what, and how much. */
export function UsersPage() {
  const me = useMe();
  const isAdmin = mayAdminister(me);
  const query = useUsers();
  const dialog = useDialog<UserAction, User>();
  const [wanted, setWanted] = useState('');

  const newPassword = (user: User): Action => ({
    label: 'New password…',
    icon: KeyRound,
    onClick: () => dialog.open('password', user),
  });
  const actionsOf = (user: User): Action[] => [
    { label: 'Role and quota…', icon: Pencil, onClick: () => dialog.open('change', user) },
    // One's own is changed on the account page: here it would end the sign-in before it is shown.
    ...(user.id === me.id ? [] : [newPassword(user)]),
    user.is_active
      ? {
          label: 'Disable…',
          icon: CirclePause,
          isDangerous: true,
          onClick: () => dialog.open('disable', user),
        }
      : { label: 'Enable…', icon: CirclePlay, onClick: () => dialog.open('enable', user) },
    ...linksOf(user),
  ];

  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="Users & quotas"
        description="Who may use Berth, as what, and how much at once."
        actions={
          isAdmin ? (
            <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => dialog.open('create')}>
              New user
            </Button>
          ) : null
        }
      />
      <QueryView query={query} skeleton={<Skeleton h={320} radius="lg" />}>
        {(users) => {
          const shown = users.filter((user) => matches(user, wanted));
          return (
            <>
              <FilterField
                label="Filter users"
                placeholder="Login, role, active or disabled"
                value={wanted}
                onChange={setWanted}
              />
              {shown.length > 0 ? (
                <UserTable
                  users={shown}
                  me={me}
                  menuOf={(user) => (
                    <ActionMenu
                      label={`Actions for ${user.login}`}
                      actions={isAdmin ? actionsOf(user) : linksOf(user)}
                    />
                  )}
                />
              ) : (
                <EmptyState title="Nobody matches" icon={Search}>
                  <Button variant="light" onClick={() => setWanted('')}>
                    Show all
                  </Button>
                </EmptyState>
              )}
            </>
          );
        }}
      </QueryView>
      <UserDialogs user={dialog.subject} isOpen={dialog.isOpen} onClose={dialog.close} />
    </Stack>
  );
}
