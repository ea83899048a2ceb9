import { Button, Group, Stack, Text } from '@mantine/core';
import { SecretField } from '../SecretField';

interface Props {
  login: string;
  password: string;
  onDone: () => void;
}

/** Somebody's new password, for the admin who has to pass it on. */
export function PasswordHandover({ login, password, onDone }: Props) {
  return (
    <Stack gap="md">
      <Text size="sm">
        Pass this on to {login} in a safe way. It is not shown again; they can change it on their account
        page.
      </Text>
      <SecretField label={`Password of ${login}`} value={password} />
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
