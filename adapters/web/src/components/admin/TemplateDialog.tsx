import { Alert, Button, Group, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { changeTemplate, createTemplate, getTemplate } from '../../api/admin.api';
import { useFirstFocus } from '../../hooks/useFirstFocus';
import { notifyDone } from '../../lib/notify';
import { draftOf, freshDraft } from '../../lib/templateDraft';
import { keys } from '../../live/keys';
import type { AdminTemplate } from '../../types/vm.types';
import { FormDialog } from '../FormDialog';
import { QueryView } from '../QueryView';
import { TemplateForm } from './TemplateForm';

interface Props {
  /** The template to change; none for a new one. */
  id: number | null;
  opened: boolean;
  onClose: () => void;
}

/** Creates or changes a template, and says where Proxmox's own template differs. */
export function TemplateDialog({ id, opened, onClose }: Props) {
  return (
    <FormDialog
      title={id === null ? 'New template' : 'Change template'}
      opened={opened}
      onClose={onClose}
      size="xl"
    >
      <Content id={id} onClose={onClose} />
    </FormDialog>
  );
}

function Content({ id, onClose }: Omit<Props, 'opened'>) {
  const cache = useQueryClient();
  const [edited, setEdited] = useState(id);
  const [differing, setDiffering] = useState<AdminTemplate | null>(null);

  const onSaved = (template: AdminTemplate) => {
    void cache.invalidateQueries({ queryKey: keys.allTemplates });
    void cache.invalidateQueries({ queryKey: keys.templates });
    notifyDone(`${template.name} is saved.`);
    if (template.warnings.length > 0) setDiffering(template);
    else onClose();
  };
  const changeAgain = (template: AdminTemplate) => {
    setEdited(template.id);
    setDiffering(null);
  };

  if (differing)
    return <Differences template={differing} onKeep={onClose} onChange={() => changeAgain(differing)} />;
  if (edited !== null) return <Change id={edited} onSaved={onSaved} onCancel={onClose} />;
  return (
    <TemplateForm
      initial={freshDraft}
      submit="Create"
      save={createTemplate}
      onSaved={onSaved}
      onCancel={onClose}
    />
  );
}

interface ChangeProps {
  id: number;
  onSaved: (template: AdminTemplate) => void;
  onCancel: () => void;
}

/** Always begins with what is there now: nothing is kept of the last time. */
function Change({ id, onSaved, onCancel }: ChangeProps) {
  const [round, setRound] = useState(0);
  const query = useQuery({
    queryKey: keys.template(id),
    queryFn: ({ signal }) => getTemplate(id, signal),
    gcTime: 0,
  });
  const reload = async () => {
    await query.refetch();
    setRound((before) => before + 1);
  };
  return (
    <QueryView query={query} skeleton={<Skeleton h={420} radius="md" />}>
      {(current) => (
        <ChangeForm
          key={round}
          current={current}
          onSaved={onSaved}
          onCancel={onCancel}
          onReload={() => void reload()}
        />
      )}
    </QueryView>
  );
}

interface ChangeFormProps {
  current: { template: AdminTemplate; tag: string };
  onSaved: (template: AdminTemplate) => void;
  onCancel: () => void;
  onReload: () => void;
}

function ChangeForm({ current, onSaved, onCancel, onReload }: ChangeFormProps) {
  // What is typed here is a change of this version, whatever comes in meanwhile.
  const [{ template, tag }] = useState(current);
  return (
    <TemplateForm
      initial={draftOf(template)}
      submit="Save"
      save={(body) => changeTemplate(template.id, body, tag)}
      onSaved={onSaved}
      onCancel={onCancel}
      isOutdated={current.tag !== tag}
      onReload={onReload}
    />
  );
}

interface DifferencesProps {
  template: AdminTemplate;
  onKeep: () => void;
  onChange: () => void;
}

function Differences({ template, onKeep, onChange }: DifferencesProps) {
  const keep = useFirstFocus<HTMLButtonElement>();
  return (
    <Stack gap="md">
      <Alert
        color="yellow"
        variant="light"
        icon={<TriangleAlert size={18} aria-hidden />}
        title="Proxmox's template differs"
        role="status"
      >
        <List size="sm">
          {template.warnings.map((warning) => (
            <List.Item key={warning}>{warning}.</List.Item>
          ))}
        </List>
      </Alert>
      <Text size="sm">{template.name} is saved, and can be used as it is.</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onChange}>
          Change it again
        </Button>
        <Button ref={keep} onClick={onKeep}>
          Keep it so
        </Button>
      </Group>
    </Stack>
  );
}
