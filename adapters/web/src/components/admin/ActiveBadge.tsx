import { Badge } from '@mantine/core';

/** Whether a template can be launched, or a user can sign in. */
export function ActiveBadge({ isActive }: { isActive: boolean }) {
  return (
    <Badge color={isActive ? 'teal' : 'gray'} variant="light" tt="none" w="max-content">
      {isActive ? 'Active' : 'Disabled'}
    </Badge>
  );
}
