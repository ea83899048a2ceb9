import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis, type LucideIcon } from 'lucide-react';
import { useRef } from 'react';
import { Link } from 'react-router';

interface Shown {
  label: string;
  icon: LucideIcon;
  isDangerous?: boolean;
}

/** Something to do, or a way to another page. */
export type Action = Shown & ({ onClick: () => void } | { to: string });

/** The actions for one thing of many, behind three dots. */
export function ActionMenu({ label, actions }: { label: string; actions: readonly Action[] }) {
  const dots = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon ref={dots} variant="subtle" color="gray" size="lg" aria-label={label}>
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => {
          const { label: text, icon: Icon, isDangerous } = action;
          const look = {
            c: isDangerous ? 'var(--mantine-color-error)' : undefined,
            leftSection: <Icon size={16} aria-hidden />,
            children: text,
          };
          if ('to' in action) return <Menu.Item key={text} component={Link} to={action.to} {...look} />;
          return (
            <Menu.Item
              key={text}
              {...look}
              onClick={() => {
                // A dialog gives the focus back to what had it before: the item is gone by then.
                dots.current?.focus();
                action.onClick();
              }}
            />
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
