import { Group, Select, Switch } from '@mantine/core';
import type { SessionFilter } from '../../api/admin.api';
import { useNodeHealth } from '../../hooks/useNodeHealth';
import { useUsers } from '../../hooks/useUsers';
import { statuses } from '../../lib/sessionFilter';

interface Props {
  filter: SessionFilter;
  onChange: (values: Record<string, string | undefined>) => void;
}

const statusOptions = statuses.map((value) => ({
  value,
  label: value.replace(/^./, (c) => c.toUpperCase()),
}));

/** Which sessions are shown. What is chosen stays to be seen even when the lists to choose from are not there. */
export function AllSessionsFilters({ filter, onChange }: Props) {
  const users = useUsers();
  const nodes = useNodeHealth();

  const owner = filter.owner === undefined ? null : String(filter.owner);
  const owners = (users.data ?? []).map(({ id, login }) => ({ value: String(id), label: login }));
  if (owner && !owners.some(({ value }) => value === owner))
    owners.push({ value: owner, label: `User ${owner}` });
  const names = (nodes.data ?? []).map(({ name }) => name);
  if (filter.node && !names.includes(filter.node)) names.push(filter.node);

  const select = (name: string, value: string | null) => onChange({ [name]: value ?? undefined });
  return (
    <Group component="section" aria-label="Filters" gap="sm" align="flex-end">
      <Select
        label="Status"
        placeholder="Any"
        data={statusOptions}
        value={filter.status ?? null}
        onChange={(value) => select('status', value)}
        clearable
        w={{ base: 'calc(50% - 6px)', xs: 150 }}
      />
      <Select
        label="Owner"
        placeholder="Everybody"
        data={owners}
        value={owner}
        onChange={(value) => select('owner', value)}
        searchable
        clearable
        nothingFoundMessage={users.isError ? 'The users cannot be read now' : 'Nobody of this name'}
        w={{ base: 'calc(50% - 6px)', xs: 190 }}
      />
      <Select
        label="Node"
        placeholder="Any"
        data={names}
        value={filter.node ?? null}
        onChange={(value) => select('node', value)}
        searchable
        clearable
        nothingFoundMessage={nodes.isError ? 'The nodes cannot be read now' : 'No such node'}
        w={{ base: 'calc(50% - 6px)', xs: 160 }}
      />
      <Switch
        label="Only open"
        checked={filter.open === true}
        onChange={(event) => select('open', event.currentTarget.checked ? 'true' : null)}
        pb={8}
      />
    </Group>
  );
}
