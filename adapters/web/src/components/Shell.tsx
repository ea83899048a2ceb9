import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Group,
  Kbd,
  NavLink,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { MonitorPlay, Search } from 'lucide-react';
import { Link, Outlet, useLocation } from 'react-router';
import { useMe } from '../hooks/useMe';
import { AccountMenu } from './AccountMenu';
import { CommandPalette } from './CommandPalette';
import { ConnectionBanner } from './ConnectionBanner';
import { DeadlineWarnings } from './DeadlineWarnings';
import { homeOf, placesOf, type Place } from './navigation';
import classes from './Shell.module.css';

/** What surrounds every page of somebody who is signed in. */
export function Shell() {
  const me = useMe();
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const { own, administration } = placesOf(me);

  const link = ({ to, label, icon: Icon }: Place) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      onClick={close}
      label={label}
      leftSection={<Icon size={18} aria-hidden />}
      active={pathname === to}
      aria-current={pathname === to ? 'page' : undefined}
      className={classes.link}
    />
  );

  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'lg' }}
    >
      <a href="#main" className="skip">
        Skip to content
      </a>
      <AppShell.Header className={classes.bar}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close navigation' : 'Open navigation'}
            />
            <Link to={homeOf(me)} className={classes.home}>
              <span className={classes.logo} aria-hidden="true">
                <MonitorPlay size={18} />
              </span>
              Berth
            </Link>
          </Group>
          <UnstyledButton className={classes.search} onClick={spotlight.open} visibleFrom="sm">
            <Search size={15} aria-hidden /> <span>Search or jump to…</span> <Kbd size="xs">Ctrl K</Kbd>
          </UnstyledButton>
          <Group gap="sm" wrap="nowrap">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              hiddenFrom="sm"
              onClick={spotlight.open}
              aria-label="Search or jump to"
            >
              <Search size={18} aria-hidden />
            </ActionIcon>
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" className={classes.bar} aria-label="Main">
        {own.map(link)}
        {administration.length > 0 ? (
          <>
            <Group justify="space-between" mt={own.length > 0 ? 'lg' : 0} mb={6} px="xs">
              <Text size="xs" fw={600} className="muted" tt="uppercase">
                Administration
              </Text>
              <Badge size="xs" variant="light">
                {me.role}
              </Badge>
            </Group>
            {administration.map(link)}
          </>
        ) : null}
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <ConnectionBanner />
        <Outlet />
      </AppShell.Main>
      <CommandPalette />
      <DeadlineWarnings />
    </AppShell>
  );
}
