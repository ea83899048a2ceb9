import { Alert, Anchor, List, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';

interface Props {
  error: Error;
  /** What to do about it, when there is more to say than the API does. */
  children?: ReactNode;
  onRetry?: () => void;
}

/** What went wrong, in the API's own words. */
export function ProblemAlert({ error, children, onRetry }: Props) {
  const problem = error instanceof ApiError ? error.problem : null;
  const fields = problem?.errors ?? [];
  return (
    <Alert
      color="red"
      variant="light"
      icon={<CircleAlert size={18} aria-hidden />}
      title={problem?.title ?? 'Something went wrong'}
      role="alert"
    >
      {fields.length > 0 ? null : (
        <Text size="sm" className="sentence">
          {error.message}
        </Text>
      )}
      {fields.length > 0 ? (
        <List size="sm">
          {fields.map(({ pointer, detail }) => (
            <List.Item key={pointer}>
              {pointer.replace(/^#\/?/, '').replaceAll('_', ' ')} {detail}
            </List.Item>
          ))}
        </List>
      ) : null}
      {children}
      {onRetry ? (
        <Anchor component="button" type="button" size="sm" onClick={onRetry} mt={4}>
          Try again
        </Anchor>
      ) : null}
    </Alert>
  );
}
