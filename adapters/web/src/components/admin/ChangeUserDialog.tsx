import { Alert, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changeUser } from '../../api/admin.api';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import type { User, UserChange } from '../../types/vm.types';
import { FormBody, FormDialog } from '../FormDialog';
import { RoleAndQuota } from './RoleAndQuota';

interface FormProps {
  user: User;
  isMe: boolean;
  onClose: () => void;
  onDone: (message: string) => void;
}

interface Props extends Omit<FormProps, 'user'> {
  user: User | undefined;
  opened: boolean;
}

export function ChangeUserDialog({ user, opened, ...rest }: Props) {
  return (
    <FormDialog title={`Change ${user?.login ?? ''}`} opened={opened} onClose={rest.onClose}>
      {user ? <Form user={user} {...rest} /> : null}
    </FormDialog>
  );
}

function Form({ user, isMe, onClose, onDone }: FormProps) {
  const [role, setRole] = useState(user.role);
  const [quota, setQuota] = useState<number | string>(user.quota);
  // What is not changed here may have been changed by somebody else meanwhile: it is not sent.
  const change: UserChange = {
    ...(role === user.role ? {} : { role }),
    ...(Number(quota) === user.quota ? {} : { quota: Number(quota) }),
  };
  const changing = useMutation({
    mutationFn: () => changeUser(user.id, change),
    onSuccess: () => {
      onClose();
      onDone(`${user.login} is changed.`);
    },
  });
  return (
    <FormBody
      submit="Save"
      onSubmit={() => changing.mutate()}
      onCancel={onClose}
      isPending={changing.isPending}
      error={changing.error}
      fields={['role', 'quota']}
    >
      <RoleAndQuota
        role={role}
        onRole={setRole}
        quota={quota}
        onQuota={setQuota}
        errors={fieldErrorsOf(changing.error)}
      />
      {isMe && role !== user.role ? (
        <Alert color="yellow" variant="light" role="status">
          This is you: you will not be able to take this back.
        </Alert>
      ) : null}
      {Number(quota) < user.open_sessions ? (
        <Text size="sm">
          Their {user.open_sessions} open sessions go on; they get no new one until fewer are open.
        </Text>
      ) : null}
    </FormBody>
  );
}
