import { Group, Table, Text, Title } from '@mantine/core';
import { dayAndTime, inWords } from '../../lib/format';
import { kinds, settlementInWords, subjectOf } from '../../lib/reconciliation';
import type { SettledDifference } from '../../types/vm.types';
import { DifferenceSession } from './DifferenceSession';
import { FirstOf } from './FirstOf';

const SHOWN_AT_FIRST = 10;

/** What differed and does no more, newest first, and how it came to its end. */
export function SettledDifferences({ settled }: { settled: readonly SettledDifference[] }) {
  return (
    <section className="panel" aria-labelledby="settled">
      <Group px="md" pt="md" pb="xs">
        <Title order={2} size="h5" id="settled">
          Settled
        </Title>
      </Group>
      {settled.length > 0 ? (
        <FirstOf items={settled} atFirst={SHOWN_AT_FIRST} noun="settled differences">
          {(shown) => <Rows shown={shown} />}
        </FirstOf>
      ) : (
        <Text size="sm" px="md" pb="md" className="muted">
          Nothing yet. What differed once and does no more is listed here, with how it ended.
        </Text>
      )}
    </section>
  );
}

function Rows({ shown }: { shown: readonly SettledDifference[] }) {
  return (
    <Table verticalSpacing="sm" horizontalSpacing="md" aria-label="Settled differences">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">What</Table.Th>
          <Table.Th scope="col" w={230} visibleFrom="md">
            How
          </Table.Th>
          <Table.Th scope="col" w={200} visibleFrom="md">
            Settled
          </Table.Th>
          <Table.Th scope="col" w={110}>
            Session
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((one) => (
          <Row key={`${one.kind} ${subjectOf(one)} ${one.found_at} ${one.settled_at}`} of={one} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ of }: { of: SettledDifference }) {
  const how = settlementInWords(of);
  const open = inWords(Date.parse(of.settled_at) - Date.parse(of.found_at));
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm" fw={600} className="num">
          {subjectOf(of)}
        </Text>
        <Text size="xs" className="muted">
          {kinds[of.kind].label}
          {of.node ? ` on ${of.node}` : ''}, open for {open}
        </Text>
        <Text size="sm" hiddenFrom="md">
          {how}
        </Text>
        <Text size="xs" className="muted num" hiddenFrom="md">
          {dayAndTime(of.settled_at)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">{how}</Table.Td>
      <Table.Td visibleFrom="md" className="num">
        {dayAndTime(of.settled_at)}
      </Table.Td>
      <Table.Td>
        <DifferenceSession of={of} />
      </Table.Td>
    </Table.Tr>
  );
}
