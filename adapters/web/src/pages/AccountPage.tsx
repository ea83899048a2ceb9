import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { PasswordForm } from '../components/account/PasswordForm';
import { TokenList } from '../components/account/TokenList';
import { Facts } from '../components/Facts';
import { PageHeader } from '../components/PageHeader';
import { mayLaunch, useMe } from '../hooks/useMe';
import { count, dayOf } from '../lib/format';
import { roleText } from '../lib/roles';
import type { User } from '../types/vm.types';

/** One's own account: who one is, and the ways in. */
export function AccountPage() {
  const me = useMe();
  return (
    <Stack gap="xl" maw={1000} mx="auto">
      <PageHeader title="Account" description={`You are signed in as ${me.login}.`} />
      <section aria-labelledby="who">
        <Title order={2} size="h3" id="who" mb="md">
          You
        </Title>
        <div className="panel" style={{ padding: 16 }}>
          <Facts of={factsOf(me)} />
        </div>
      </section>
      <TokenList />
      <PasswordForm />
    </Stack>
  );
}

function factsOf(me: User): [string, ReactNode][] {
  const quota = (
    <Told what={`${count(me.quota, 'session')} at once`} more={`${me.open_sessions} open now.`} />
  );
  return [
    ['Login', me.login],
    ['Role', <Told key="role" what={me.role} more={roleText[me.role]} />],
    ...(mayLaunch(me) ? ([['Quota', quota]] satisfies [string, ReactNode][]) : []),
    ['Registered', dayOf(me.registered_at)],
  ];
}

function Told({ what, more }: { what: string; more: string }) {
  return (
    <>
      {what}
      <Text size="xs" className="muted">
        {more}
      </Text>
    </>
  );
}
