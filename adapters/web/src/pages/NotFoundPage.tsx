import { Button } from '@mantine/core';
import { Compass } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState } from '../components/EmptyState';
import { homeOf } from '../components/navigation';
import { PageHeader } from '../components/PageHeader';
import { useMe } from '../hooks/useMe';

export function NotFoundPage() {
  const me = useMe();
  return (
    <>
      <PageHeader title="Nothing is here" />
      <EmptyState title="This address leads nowhere" icon={Compass}>
        <Button component={Link} to={homeOf(me)} variant="light">
          Go to my page
        </Button>
      </EmptyState>
    </>
  );
}
