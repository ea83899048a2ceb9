import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { setUserPassword } from '../../api/admin.api';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import type { User } from '../../types/vm.types';
import { FormBody, FormDialog } from '../FormDialog';
import { NewPasswordField } from './NewPasswordField';
import { PasswordHandover } from './PasswordHandover';

interface FormProps {
  user: User;
  onClose: () => void;
  onDone: (message: string) => void;
}

interface Props extends Omit<FormProps, 'user'> {
  user: User | undefined;
  opened: boolean;
}

export function SetPasswordDialog({ user, opened, ...rest }: Props) {
  return (
    <FormDialog title={`New password for ${user?.login ?? ''}`} opened={opened} onClose={rest.onClose}>
      {user ? <Form user={user} {...rest} /> : null}
    </FormDialog>
  );
}

function Form({ user, onClose, onDone }: FormProps) {
  const [password, setPassword] = useState('');
  const setting = useMutation({
    mutationFn: () => setUserPassword(user.id, password),
    onSuccess: () => onDone(`${user.login} has a new password.`),
  });
  if (setting.isSuccess) return <PasswordHandover login={user.login} password={password} onDone={onClose} />;
  return (
    <FormBody
      submit="Set password"
      onSubmit={() => setting.mutate()}
      onCancel={onClose}
      isPending={setting.isPending}
      error={setting.error}
      fields={['new']}
    >
      <Text size="sm">The old password ends at once, and so do all of their sign-ins. Tokens stay.</Text>
      <NewPasswordField
        label="New password"
        description="12 characters or more."
        value={password}
        onChange={setPassword}
        error={fieldErrorsOf(setting.error)['new']}
        required
        isFirst
      />
    </FormBody>
  );
}
