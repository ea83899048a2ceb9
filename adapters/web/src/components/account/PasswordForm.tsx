import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword } from '../../api/account.api';
import { ApiError } from '../../api/client';
import { useFormFocus } from '../../hooks/useFormFocus';
import { fieldErrorsOf, isShownAtFields } from '../../lib/fieldErrors';
import { notifyDone } from '../../lib/notify';
import { keys } from '../../live/keys';
import { ProblemAlert } from '../ProblemAlert';

/** Changes one's own password, which leads back to the sign-in. */
export function PasswordForm() {
  const cache = useQueryClient();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [repeat, setRepeat] = useState('');
  const changing = useMutation({
    mutationFn: () => changePassword(current, fresh),
    onSuccess: () => {
      notifyDone('Your password is changed. Sign in with the new one.');
      cache.setQueryData(keys.me, null);
    },
  });
  const { error } = changing;
  const form = useFormFocus(error);
  const errors = fieldErrorsOf(error);
  const isWrong = error instanceof ApiError && error.type === 'wrong-password';
  const differs = repeat !== '' && repeat !== fresh;
  const field = (value: string, set: (value: string) => void, fault?: string) => ({
    value,
    error: fault,
    'aria-invalid': fault !== undefined, // Mantine says it of other fields by itself.
    onChange: (event: { currentTarget: { value: string } }) => set(event.currentTarget.value),
    visibilityToggleButtonProps: { 'aria-label': 'Show the password' },
    required: true,
    withAsterisk: false,
  });
  return (
    <section aria-labelledby="password">
      <Title order={2} size="h3" id="password">
        Password
      </Title>
      <Text size="sm" className="muted">
        A change ends every sign-in of yours, this one too. Tokens stay.
      </Text>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (fresh === repeat) changing.mutate();
        }}
      >
        <Stack gap="md" className="panel" p="md" mt="md" maw={420}>
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            {...field(current, setCurrent, isWrong ? error.problem.title : errors['current'])}
          />
          <PasswordInput
            label="New password"
            description="12 characters or more."
            autoComplete="new-password"
            minLength={12}
            maxLength={128}
            {...field(fresh, setFresh, errors['new'])}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            {...field(repeat, setRepeat, differs ? 'is not the same' : undefined)}
          />
          {error && !isWrong && !isShownAtFields(error, ['current', 'new']) ? (
            <ProblemAlert error={error} />
          ) : null}
          <Button type="submit" loading={changing.isPending} disabled={differs}>
            Change password
          </Button>
        </Stack>
      </form>
    </section>
  );
}
