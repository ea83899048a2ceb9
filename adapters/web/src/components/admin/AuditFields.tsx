import { Badge, Table, Text } from '@mantine/core';
import type { StateAsOf } from '../../types/vm.types';
import classes from './Audit.module.css';

interface Props {
  fields: StateAsOf['fields'];
  version: number;
}

/** Values right after an event, and of those that it changed, what they were before. */
export function AuditFields({ fields, version }: Props) {
  return (
    <Table className={classes.fields} horizontalSpacing="xs" aria-label={`Fields, version ${version}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Field</Table.Th>
          <Table.Th>Value</Table.Th>
          <Table.Th>Before</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map(({ name, value, before }) => {
          const isChanged = value !== before;
          return (
            <Table.Tr key={name} data-changed={isChanged || undefined}>
              <Table.Th scope="row" fw={500}>
                {name.replaceAll('_', ' ')}{' '}
                {isChanged ? (
                  <Badge size="xs" variant="light" color="yellow" tt="none">
                    changed
                  </Badge>
                ) : null}
              </Table.Th>
              <Table.Td className="num">{value ?? <None />}</Table.Td>
              <Table.Td className="num muted">{isChanged ? (before ?? <None />) : null}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

const None = () => (
  <Text span size="sm" className="muted" fs="italic">
    nothing
  </Text>
);
