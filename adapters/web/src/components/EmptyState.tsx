import { Stack, Text } from '@mantine/core';
import { PackageOpen, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  icon?: LucideIcon;
  /** What to do now. */
  children?: ReactNode;
}

/** Instead of a list with nothing in it. */
export function EmptyState({ title, icon: Icon = PackageOpen, children }: Props) {
  return (
    <Stack align="center" className="panel" p="xl" gap="xs" ta="center">
      <Icon size={34} className="muted" aria-hidden />
      <Text fw={600}>{title}</Text>
      {typeof children === 'string' ? (
        <Text size="sm" className="muted">
          {children}
        </Text>
      ) : (
        children
      )}
    </Stack>
  );
}
