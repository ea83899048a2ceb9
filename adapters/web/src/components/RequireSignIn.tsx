import { Center, Container, Loader } from '@mantine/core';
import { Navigate, useLocation } from 'react-router';
import { MeContext, useSignIn } from '../hooks/useMe';
import { LiveProvider } from '../live/LiveProvider';
import { ProblemAlert } from './ProblemAlert';
import { Shell } from './Shell';

/** Shows the pages to somebody who is signed in, and to others the way in. */
export function RequireSignIn() {
  const { data: me, error, refetch } = useSignIn();
  const { pathname, search } = useLocation();
  if (me === undefined)
    return (
      <Center h="100vh" component="main">
        {error ? (
          <Container size="xs">
            <ProblemAlert error={error} onRetry={() => void refetch()} />
          </Container>
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Center>
    );
  if (me === null) {
    const next = pathname === '/' && !search ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${next}`} replace />;
  }
  return (
    <MeContext value={me}>
      <LiveProvider key={me.id}>
        <Shell />
      </LiveProvider>
    </MeContext>
  );
}
