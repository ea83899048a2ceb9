import { Button, Center, Container, Stack } from '@mantine/core';
import { useRouteError } from 'react-router';
import { ProblemAlert } from './ProblemAlert';

/** Instead of a page that could not be loaded or drawn: a new version's files may have replaced the old ones. */
export function PageFault() {
  const thrown = useRouteError();
  const error = thrown instanceof Error ? thrown : new Error('The page could not be shown.');
  return (
    <Center mih="60vh" component="main">
      <Container size="xs">
        <Stack>
          <ProblemAlert error={error} />
          <Button onClick={() => window.location.reload()}>Reload the page</Button>
        </Stack>
      </Container>
    </Center>
  );
}
