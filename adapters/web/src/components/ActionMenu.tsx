import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis, type LucideIcon } from 'lucide-react';
import { useRef } from 'react';

export interface Action {
  label: string;
  icon: LucideIcon;
  onClick: () => void;
  isDangerous?: boolean;
}

/** The actions for one thing of many, behind three dots. */
export function ActionMenu({ label, actions }: { label: string; actions: readonly Action[] }) {
  const dots = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon ref={dots} variant="subtle" color="gray" size="lg" aria-label={label}>
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label: text, icon: Icon, onClick, isDangerous }) => (
          <Menu.Item
            key={text}
            color={isDangerous ? 'red' : undefined}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => {
              // A dialog gives the focus back to what had it before: the item is gone by then.
              dots.current?.focus();
              onClick();
            }}
          >
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
