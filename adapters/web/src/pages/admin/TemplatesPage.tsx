import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Boxes, CirclePause, CirclePlay, Pencil, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { changeTemplate, listAllTemplates } from '../../api/admin.api';
import { ActionMenu, type Action } from '../../components/ActionMenu';
import { TemplateDialog } from '../../components/admin/TemplateDialog';
import { TemplateTable } from '../../components/admin/TemplateTable';
import { EmptyState } from '../../components/EmptyState';
import { FilterField } from '../../components/FilterField';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { ReasonDialog } from '../../components/ReasonDialog';
import { useDialog } from '../../hooks/useDialog';
import { mayAdminister, useMe } from '../../hooks/useMe';
import { notifyDone } from '../../lib/notify';
import { keys } from '../../live/keys';
import { usePollPeriod } from '../../live/LiveProvider';
import type { AdminTemplate } from '../../types/vm.types';

function matches(template: AdminTemplate, wanted: string): boolean {
  const { name, os_type, protocol, template_vmid, tags } = template;
  const state = template.is_active ? 'active' : 'disabled';
  return [name, os_type, protocol, String(template_vmid), state, ...tags].some((text) =>
    text.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
}

/** All templates, disabled ones too. */
export function TemplatesPage() {
  const isAdmin = mayAdminister(useMe());
  const cache = useQueryClient();
  const query = useQuery({
    queryKey: keys.allTemplates,
    queryFn: ({ signal }) => listAllTemplates(signal),
    refetchInterval: usePollPeriod(),
  });
  const dialog = useDialog<'create' | 'change' | 'disable' | 'enable', AdminTemplate>();
  const [wanted, setWanted] = useState('');

  const asked = dialog.subject;
  const name = asked?.name ?? '';
  const setActive = (is_active: boolean) => changeTemplate(asked?.id ?? 0, { is_active });
  const changed = (message: string) => () => {
    notifyDone(message);
    void cache.invalidateQueries({ queryKey: keys.allTemplates });
    void cache.invalidateQueries({ queryKey: keys.templates });
  };
  const actionsOf = (template: AdminTemplate): Action[] => [
    { label: 'Change…', icon: Pencil, onClick: () => dialog.open('change', template) },
    template.is_active
      ? { label: 'Disable…', icon: CirclePause, onClick: () => dialog.open('disable', template) }
      : { label: 'Enable…', icon: CirclePlay, onClick: () => dialog.open('enable', template) },
  ];
  const create = (label: string) => (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => dialog.open('create')}>
      {label}
    </Button>
  );

  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="Templates"
        description="What people can launch."
        actions={isAdmin ? create('New template') : null}
      />
      <QueryView query={query} skeleton={<Skeleton h={320} radius="lg" />}>
        {(templates) => {
          if (templates.length === 0)
            return (
              <EmptyState title="No templates yet" icon={Boxes}>
                {isAdmin ? create('Create the first template') : 'An admin creates them.'}
              </EmptyState>
            );
          const shown = templates.filter((template) => matches(template, wanted));
          return (
            <>
              <FilterField
                label="Filter templates"
                placeholder="Name, tag, VMID, active or disabled"
                value={wanted}
                onChange={setWanted}
              />
              {shown.length > 0 ? (
                <TemplateTable
                  templates={shown}
                  menuOf={
                    isAdmin
                      ? (template) => (
                          <ActionMenu label={`Actions for ${template.name}`} actions={actionsOf(template)} />
                        )
                      : undefined
                  }
                />
              ) : (
                <EmptyState title="Nothing matches" icon={Search}>
                  <Button variant="light" onClick={() => setWanted('')}>
                    Show all
                  </Button>
                </EmptyState>
              )}
            </>
          );
        }}
      </QueryView>
      <TemplateDialog id={null} opened={dialog.isOpen('create')} onClose={dialog.close} />
      <TemplateDialog id={asked?.id ?? 0} opened={dialog.isOpen('change')} onClose={dialog.close} />
      <ReasonDialog
        title={`Disable ${name}`}
        opened={dialog.isOpen('disable')}
        onClose={dialog.close}
        confirm="Disable"
        isDangerous
        act={() => setActive(false)}
        onDone={changed(`${name} is disabled.`)}
      >
        <Text size="sm">People can no longer launch it. Sessions that run go on.</Text>
      </ReasonDialog>
      <ReasonDialog
        title={`Enable ${name}`}
        opened={dialog.isOpen('enable')}
        onClose={dialog.close}
        confirm="Enable"
        act={() => setActive(true)}
        onDone={changed(`${name} is enabled.`)}
      >
        <Text size="sm">People can launch it again.</Text>
      </ReasonDialog>
    </Stack>
  );
}
