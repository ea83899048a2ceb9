import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { createUser } from '../../api/admin.api';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import type { Role } from '../../types/vm.types';
import { FormBody, FormDialog } from '../FormDialog';
import { NewPasswordField } from './NewPasswordField';
import { PasswordHandover } from './PasswordHandover';
import { RoleAndQuota } from './RoleAndQuota';

interface Props {
  opened: boolean;
  onClose: () => void;
  onDone: (message: string) => void;
}

export function CreateUserDialog({ opened, ...rest }: Props) {
  return (
    <FormDialog title="New user" opened={opened} onClose={rest.onClose}>
      <Form {...rest} />
    </FormDialog>
  );
}

function Form({ onClose, onDone }: Omit<Props, 'opened'>) {
  const [login, setLogin] = useState('');
  const [role, setRole] = useState<Role>('engineer');
  const [quota, setQuota] = useState<number | string>(2);
  const [password, setPassword] = useState('');
  const creating = useMutation({
    mutationFn: () =>
      createUser({ login: login.trim(), role, quota: Number(quota), ...(password ? { password } : {}) }),
    onSuccess: (user) => {
      onDone(`${user.login} is created.`);
      if (!password) onClose();
    },
  });
  if (creating.data)
    return <PasswordHandover login={creating.data.login} password={password} onDone={onClose} />;
  const errors = fieldErrorsOf(creating.error);
  return (
    <FormBody
      submit="Create"
      onSubmit={() => creating.mutate()}
      onCancel={onClose}
      isPending={creating.isPending}
      error={creating.error}
      fields={['login', 'role', 'quota', 'password']}
    >
      <TextInput
        label="Login"
        description="Small letters, digits, and . _ -"
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
        error={errors['login']}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        data-autofocus
      />
      <RoleAndQuota role={role} onRole={setRole} quota={quota} onQuota={setQuota} errors={errors} />
      <NewPasswordField
        label="Password"
        description="12 characters or more. Without one they cannot sign in yet."
        value={password}
        onChange={setPassword}
        error={errors['password']}
      />
    </FormBody>
  );
}
