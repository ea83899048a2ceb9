import { Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { LogIn, MonitorPlay } from 'lucide-react';
import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { signIn } from '../api/account.api';
import { homeOf } from '../components/navigation';
import { ProblemAlert } from '../components/ProblemAlert';
import shell from '../components/Shell.module.css';
import { useFirstFocus } from '../hooks/useFirstFocus';
import { useSignIn } from '../hooks/useMe';
import { usePageTitle } from '../hooks/usePageTitle';
import { keys } from '../live/keys';

/** Only paths of ours: a link must not lead a person elsewhere by way of the sign-in. */
function isOwnPath(path: string | null): path is string {
  return (
    path !== null &&
    path.startsWith('/') &&
    new URL(path, window.location.origin).origin === window.location.origin
  );
}

export function SignInPage() {
  usePageTitle('Sign in');
  const cache = useQueryClient();
  const [search] = useSearchParams();
  const me = useSignIn();
  const first = useFirstFocus<HTMLInputElement>();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const signing = useMutation({
    mutationFn: () => signIn(login.trim(), password),
    onSuccess: async (user) => {
      await cache.cancelQueries({ queryKey: keys.me }); // What was asked before knows nobody.
      cache.setQueryData(keys.me, user);
    },
    onError: () => setPassword(''),
  });

  const next = search.get('next');
  if (me.data) return <Navigate to={isOwnPath(next) ? next : homeOf(me.data)} replace />;
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper className="panel" p="xl" radius="lg" w={400} maw="100%">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signing.mutate();
          }}
        >
          <Stack gap="md">
            <Stack gap={4} align="center" ta="center">
              <span className={shell.logo} aria-hidden="true">
                <MonitorPlay size={18} />
              </span>
              <Title order={1} size="h3" mt="xs">
                Sign in to Berth
              </Title>
              <Text size="sm" className="muted">
                Virtual desktops, for as long as you need them.
              </Text>
            </Stack>
            {signing.error ? <ProblemAlert error={signing.error} /> : null}
            <TextInput
              label="Login"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
              required
              withAsterisk={false}
              ref={first}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
              required
              withAsterisk={false}
            />
            <Button
              type="submit"
              loading={signing.isPending}
              leftSection={<LogIn size={16} aria-hidden />}
              fullWidth
            >
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
