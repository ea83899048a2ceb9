import { Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemAlert } from './ProblemAlert';

interface Props<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  /** As high as what will stand there. */
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** The states of something that is asked for: not there yet, refused, there, and there but out of date. */
export function QueryView<T>({ query, skeleton, children }: Props<T>) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.error) return <ProblemAlert error={query.error} onRetry={retry} />;
    return (
      <div role="status" aria-busy="true" aria-label="Loading">
        {skeleton}
      </div>
    );
  }
  return (
    <Stack gap="md">
      {query.error ? <ProblemAlert error={query.error} onRetry={retry} /> : null}
      {children(query.data)}
    </Stack>
  );
}
