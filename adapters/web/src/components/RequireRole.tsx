import { Button } from '@mantine/core';
import { ShieldX } from 'lucide-react';
import { Link, Outlet } from 'react-router';
import { maySeeAll, useMe } from '../hooks/useMe';
import { EmptyState } from './EmptyState';
import { homeOf } from './navigation';
import { PageHeader } from './PageHeader';

/** Administration is for admins and auditors; others are not even asked for its data. */
export function RequireRole() {
  const me = useMe();
  if (maySeeAll(me)) return <Outlet />;
  return (
    <>
      <PageHeader title="Not for your role" />
      <EmptyState title={`You are signed in as ${me.login}, ${me.role}`} icon={ShieldX}>
        <Button component={Link} to={homeOf(me)} variant="light">
          Go to my page
        </Button>
      </EmptyState>
    </>
  );
}
