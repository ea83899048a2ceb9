import { Button, Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FilterX } from 'lucide-react';
import { useState } from 'react';
import { listEventTypes, type AuditFilter } from '../../api/audit.api';
import { useUsers } from '../../hooks/useUsers';
import { actorInWords, fromLocalInput, toLocalInput, typeInWords } from '../../lib/audit';
import { keys } from '../../live/keys';

interface Props {
  filter: AuditFilter;
  onChange: (values: Record<string, string | undefined>) => void;
  onClear: () => void;
  /** Parts of Berth that are among the events. */
  systemActors: readonly string[];
  /** What the API says against them, by name. */
  errors: Readonly<Record<string, string>>;
}

interface Option {
  value: string;
  label: string;
}

/** With what is chosen, or typed, even when it is none of the options. */
function including(options: readonly Option[], value: string | undefined, label: (value: string) => string) {
  if (!value || options.some((option) => option.value === value)) return [...options];
  return [...options, { value, label: label(value) }];
}

/** Which events are shown. */
export function AuditFilters({ filter, onChange, onClear, systemActors, errors }: Props) {
  const types = useQuery({
    queryKey: keys.eventTypes,
    queryFn: ({ signal }) => listEventTypes(signal),
    staleTime: Infinity,
  });
  const users = useUsers();
  const [typed, setTyped] = useState('');

  const typeOptions = (types.data ?? []).map((value) => ({ value, label: typeInWords(value) }));
  const people = (users.data ?? []).map(({ id, login }) => ({ value: `user:${id}`, label: login }));
  const parts = systemActors.map((value) => ({ value, label: actorInWords(value) }));
  const known = including([...people, ...parts], filter.actor, (value) => actorInWords(value));
  const isNew = typed.trim() !== '' && !known.some(({ label }) => label === typed.trim());

  return (
    <Group component="section" aria-label="Filters" gap="sm" align="flex-start">
      <CommittedInput
        key={`stream ${filter.stream ?? ''}`}
        label="Stream"
        placeholder="node-pve-1"
        error={errors['stream']}
        value={filter.stream ?? ''}
        onCommit={(text) => onChange({ stream: text.trim() })}
        w={{ base: '100%', xs: 180 }}
      />
      <Select
        label="Type"
        error={errors['type']}
        placeholder="Any"
        data={including(typeOptions, filter.type, typeInWords)}
        value={filter.type ?? null}
        onChange={(type) => onChange({ type: type ?? undefined })}
        searchable
        clearable
        nothingFoundMessage={types.isError ? 'The types cannot be read now' : 'No such type'}
        w={{ base: 'calc(50% - 6px)', xs: 190 }}
      />
      <Select
        label="Actor"
        error={errors['actor']}
        placeholder="Anybody"
        data={isNew ? including(known, typed.trim(), (value) => `Actor “${value}”`) : known}
        value={filter.actor ?? null}
        onChange={(actor) => onChange({ actor: actor ?? undefined })}
        searchable
        onSearchChange={setTyped}
        clearable
        w={{ base: 'calc(50% - 6px)', xs: 170 }}
      />
      <CommittedInput
        key={`since ${filter.since ?? ''}`}
        label="Since"
        error={errors['since']}
        type="datetime-local"
        value={toLocalInput(filter.since)}
        onCommit={(text) => onChange({ since: fromLocalInput(text) })}
        w={{ base: '100%', xs: 215 }}
      />
      <CommittedInput
        key={`until ${filter.until ?? ''}`}
        label="Until"
        error={errors['until']}
        type="datetime-local"
        value={toLocalInput(filter.until)}
        onCommit={(text) => onChange({ until: fromLocalInput(text) })}
        w={{ base: '100%', xs: 215 }}
      />
      {Object.keys(filter).length > 0 ? (
        <Button
          variant="subtle"
          mt={{ xs: 25 }}
          leftSection={<FilterX size={16} aria-hidden />}
          onClick={onClear}
        >
          Clear
        </Button>
      ) : null}
    </Group>
  );
}

interface CommittedProps {
  label: string;
  value: string;
  onCommit: (text: string) => void;
  error?: string;
  placeholder?: string;
  type?: 'datetime-local';
  w: Record<string, string | number>;
}

/** Asks for nothing while somebody is still typing: with Enter, or when the field is left. */
function CommittedInput({ value, onCommit, ...input }: CommittedProps) {
  const [draft, setDraft] = useState(value);
  const commit = () => {
    if (draft !== value) onCommit(draft);
  };
  return (
    <TextInput
      {...input}
      step={input.type ? 1 : undefined}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
