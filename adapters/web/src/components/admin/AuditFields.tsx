import { Table, Text } from '@mantine/core';
import { localTimes } from '../../lib/audit';
import type { StateAsOf } from '../../types/vm.types';
import classes from './Audit.module.css';

interface Props {
  fields: StateAsOf['fields'];
  version: number;
}

/** Values right after an event, and of those that it changed, what they were before. */
export function AuditFields({ fields, version }: Props) {
  const hasChanges = fields.some(({ value, before }) => value !== before);
  return (
    <>
      {hasChanges ? null : <Text size="sm">It changed none of these.</Text>}
      <Table className={classes.fields} horizontalSpacing="xs" aria-label={`Fields, version ${version}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="32%">Field</Table.Th>
            <Table.Th>Value</Table.Th>
            {hasChanges ? <Table.Th w="32%">Before</Table.Th> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(({ name, value, before }) => {
            const isChanged = value !== before;
            return (
              <Table.Tr key={name} data-changed={isChanged || undefined}>
                <Table.Th scope="row" fw={500}>
                  {name.replaceAll('_', ' ')}{' '}
                  {isChanged ? <span className={classes.changed}>changed</span> : null}
                </Table.Th>
                <Table.Td className="num">
                  <Value value={value} />
                </Table.Td>
                {hasChanges ? (
                  <Table.Td className="num muted">{isChanged ? <Value value={before} /> : null}</Table.Td>
                ) : null}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </>
  );
}

function Value({ value }: { value: string | null }) {
  if (value !== null) return localTimes(value);
  return (
    <Text span size="sm" className="muted" fs="italic">
      nothing
    </Text>
  );
}
