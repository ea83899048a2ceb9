import { Button, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Title } from '@mantine/core';
import { Boxes } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { EmptyState } from '../components/EmptyState';
import { FilterField } from '../components/FilterField';
import { LaunchVMModal } from '../components/LaunchVMModal';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { QuotaNote } from '../components/QuotaNote';
import { SessionCard } from '../components/SessionCard';
import { VMTemplateCard } from '../components/VMTemplateCard';
import { mayLaunch, useMe } from '../hooks/useMe';
import { isOpen, useMySessions } from '../hooks/useMySessions';
import { useVMTemplates } from '../hooks/useVMTemplates';
import type { VMTemplate } from '../types/vm.types';

const systems = [
  { value: 'all', label: 'All' },
  { value: 'windows', label: 'Windows' },
  { value: 'linux', label: 'Linux' },
  { value: 'kali', label: 'Kali' },
];

/** Where a person begins: their open sessions, and what else they may launch. */
export function DashboardPage() {
  const me = useMe();
  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="Launch a machine"
        description="Pick a template. Its desktop opens here in the browser."
        actions={<QuotaNote me={me} />}
      />
      <OpenSessions />
      <Templates />
    </Stack>
  );
}

function OpenSessions() {
  const sessions = useMySessions();
  const open = sessions.data?.items.filter(isOpen) ?? [];
  if (sessions.data && open.length === 0) return null;
  return (
    <section aria-labelledby="open-sessions">
      <Title order={2} size="h5" mb="xs" id="open-sessions">
        Open sessions
      </Title>
      <QueryView query={sessions} skeleton={<Skeleton h={76} radius="lg" />}>
        {() => (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            {open.map((session) => (
              <SessionCard key={session.id} session={session} />
            ))}
          </SimpleGrid>
        )}
      </QueryView>
    </section>
  );
}

function Templates() {
  const me = useMe();
  const templates = useVMTemplates();
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<VMTemplate | null>(null);
  const system = search.get('os') ?? 'all';
  const words = search.get('q') ?? '';

  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '' || value === 'all') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );

  const shown = useMemo(() => {
    const wanted = words.toLowerCase();
    return (templates.data ?? []).filter(
      ({ name, os_type, tags }) =>
        (system === 'all' || os_type === system) &&
        `${name} ${tags.join(' ')}`.toLowerCase().includes(wanted),
    );
  }, [templates.data, system, words]);

  // A link can ask for a launch: `/?launch=2&type=persistent`.
  const asked = templates.data?.find(({ id }) => String(id) === search.get('launch')) ?? null;
  const close = () => {
    setChosen(null);
    if (search.has('launch')) setSearch({}, { replace: true });
  };

  return (
    <section aria-labelledby="templates">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5" id="templates">
          Templates
        </Title>
        <Group gap="sm">
          <SegmentedControl
            value={system}
            onChange={(value) => set('os', value)}
            aria-label="Operating system"
            data={systems}
          />
          <FilterField
            label="Filter templates"
            placeholder="Filter templates"
            value={words}
            onChange={(value) => set('q', value)}
            width={210}
          />
        </Group>
      </Group>
      <QueryView query={templates} skeleton={<TemplateSkeletons />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title="There are no templates yet" icon={Boxes}>
              An admin adds them under Templates.
            </EmptyState>
          ) : shown.length === 0 ? (
            <EmptyState title="No template matches" icon={Boxes}>
              <Button variant="subtle" onClick={() => setSearch({}, { replace: true })}>
                Clear the filters
              </Button>
            </EmptyState>
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
              {shown.map((template) => (
                <VMTemplateCard
                  key={template.id}
                  template={template}
                  onLaunch={setChosen}
                  disabledBecause={
                    mayLaunch(me) ? undefined : `Your role is ${me.role}, which may not launch`
                  }
                />
              ))}
            </SimpleGrid>
          )
        }
      </QueryView>
      <LaunchVMModal
        template={chosen ?? asked}
        initialType={search.get('type') === 'persistent' ? 'persistent' : 'ephemeral'}
        onClose={close}
      />
    </section>
  );
}

function TemplateSkeletons() {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
      {Array.from({ length: 6 }, (_, at) => (
        <Skeleton key={at} h={166} radius="lg" />
      ))}
    </SimpleGrid>
  );
}
