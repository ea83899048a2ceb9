import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle, type PageIcon } from '../hooks/usePageTitle';

interface Props {
  title: string;
  /** What the tab says instead of the title. */
  tabTitle?: string;
  icon?: PageIcon;
  /** Right of the title. */
  badge?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Left of the title. */
  mark?: ReactNode;
}

/** The head of a page: its only h1, and the title of the tab. */
export function PageHeader({ title, tabTitle, icon, badge, description, actions, mark }: Props) {
  usePageTitle(tabTitle ?? title, icon);
  return (
    <Group justify="space-between" align="flex-end" gap="md">
      <Group gap="md" wrap="nowrap" style={{ minWidth: 0 }}>
        {mark}
        <div style={{ minWidth: 0 }}>
          <Group gap="sm">
            <Title order={1} size="h2">
              {title}
            </Title>
            {badge}
          </Group>
          {description ? (
            <Text component="div" className="muted">
              {description}
            </Text>
          ) : null}
        </div>
      </Group>
      {actions ? <Group gap="sm">{actions}</Group> : null}
    </Group>
  );
}
