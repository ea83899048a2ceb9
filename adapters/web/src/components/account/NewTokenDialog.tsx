import { Alert, Button, Code, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { issueToken } from '../../api/account.api';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import { FormBody, FormDialog } from '../FormDialog';
import { SecretField } from '../SecretField';

const lives = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'Never' },
];

interface Props {
  opened: boolean;
  onClose: () => void;
  onCreated: () => void;
}

export function NewTokenDialog({ opened, ...rest }: Props) {
  return (
    <FormDialog title="New token" opened={opened} onClose={rest.onClose}>
      <Form {...rest} />
    </FormDialog>
  );
}

function Form({ onClose, onCreated }: Omit<Props, 'opened'>) {
  const [label, setLabel] = useState('');
  const [days, setDays] = useState('90');
  const issuing = useMutation({
    mutationFn: () => issueToken({ label: label.trim(), ...(days ? { expires_in_days: Number(days) } : {}) }),
    onSuccess: onCreated,
  });
  if (issuing.data)
    return (
      <Stack gap="md">
        <Alert color="yellow" variant="light" icon={<TriangleAlert size={18} aria-hidden />} role="status">
          Copy it now: it is shown this once, and nobody can look it up later.
        </Alert>
        <SecretField label={`Token ${issuing.data.label}`} value={issuing.data.token} />
        <Text size="sm">
          Send it with each request as <Code>Authorization: Bearer …</Code>
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  const errors = fieldErrorsOf(issuing.error);
  return (
    <FormBody
      submit="Create"
      onSubmit={() => issuing.mutate()}
      onCancel={onClose}
      isPending={issuing.isPending}
      error={issuing.error}
      fields={['label', 'expires_in_days']}
    >
      <TextInput
        label="Label"
        description="What it is for, such as laptop."
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
        error={errors['label']}
        maxLength={100}
        required
        data-autofocus
      />
      <NativeSelect
        label="Expires after"
        data={lives}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        error={errors['expires_in_days']}
      />
    </FormBody>
  );
}
