import { Alert, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { changeUser } from '../../api/admin.api';
import { useMe } from '../../hooks/useMe';
import { notifyDone } from '../../lib/notify';
import { keys } from '../../live/keys';
import type { User } from '../../types/vm.types';
import { ReasonDialog } from '../ReasonDialog';
import { ChangeUserDialog } from './ChangeUserDialog';
import { CreateUserDialog } from './CreateUserDialog';
import { SetPasswordDialog } from './SetPasswordDialog';

export type UserAction = 'create' | 'change' | 'password' | 'disable' | 'enable';

interface Props {
  /** The last one asked about; before the first there is none. */
  user: User | undefined;
  isOpen: (action: UserAction) => boolean;
  onClose: () => void;
}

/** The dialogs of the users' page; at most one of them is open. */
export function UserDialogs({ user, isOpen, onClose }: Props) {
  const cache = useQueryClient();
  const me = useMe();
  const id = user?.id ?? 0;
  const login = user?.login ?? '';
  const isMe = id === me.id;
  const onDone = (message: string) => {
    notifyDone(message);
    void cache.invalidateQueries({ queryKey: keys.users });
    void cache.invalidateQueries({ queryKey: keys.me });
  };
  return (
    <>
      <CreateUserDialog opened={isOpen('create')} onClose={onClose} onDone={onDone} />
      <ChangeUserDialog user={user} isMe={isMe} opened={isOpen('change')} onClose={onClose} onDone={onDone} />
      <SetPasswordDialog user={user} opened={isOpen('password')} onClose={onClose} onDone={onDone} />
      <ReasonDialog
        title={`Disable ${login}`}
        opened={isOpen('disable')}
        onClose={onClose}
        confirm="Disable"
        isDangerous
        reasonLabel="Reason"
        longestReason={100}
        act={(reason) => changeUser(id, { is_active: false, reason })}
        onDone={() => onDone(`${login} is disabled.`)}
      >
        <Stack gap="sm">
          <Text size="sm">
            All tokens and sign-ins of {login} end at once, and they cannot sign in any more. Sessions that
            run go on to their ends.
          </Text>
          {isMe ? (
            <Alert color="yellow" variant="light" role="status">
              This is you: you will be signed out, and only another admin can take it back.
            </Alert>
          ) : null}
        </Stack>
      </ReasonDialog>
      <ReasonDialog
        title={`Enable ${login}`}
        opened={isOpen('enable')}
        onClose={onClose}
        confirm="Enable"
        act={() => changeUser(id, { is_active: true })}
        onDone={() => onDone(`${login} is enabled.`)}
      >
        <Text size="sm">{login} can sign in again. Tokens that ended do not come back.</Text>
      </ReasonDialog>
    </>
  );
}
