import {
  Avatar,
  Menu,
  Text,
  UnstyledButton,
  VisuallyHidden,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { CircleUserRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { signOut } from '../api/account.api';
import { useMe } from '../hooks/useMe';
import { keys } from '../live/keys';

const themes: readonly { scheme: MantineColorScheme; label: string; icon: typeof Sun }[] = [
  { scheme: 'light', label: 'Light', icon: Sun },
  { scheme: 'dark', label: 'Dark', icon: Moon },
  { scheme: 'auto', label: 'As the system', icon: Monitor },
];

export function AccountMenu() {
  const me = useMe();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  const leave = async () => {
    // Without an answer the cookie may live on: then the person must not be told that it is gone.
    await signOut();
    await navigate('/sign-in');
    cache.clear();
    cache.setQueryData(keys.me, null);
  };

  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton>
          <Avatar radius="xl" color="brand" size={34} aria-hidden>
            {me.login.slice(0, 2).toUpperCase()}
          </Avatar>
          <VisuallyHidden>Account of {me.login}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} component="span">
            {me.login}
          </Text>{' '}
          · {me.role}
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<CircleUserRound size={16} aria-hidden />}>
          Account and tokens
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {themes.map(({ scheme, label, icon: Icon }) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            fw={colorScheme === scheme ? 650 : undefined}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
