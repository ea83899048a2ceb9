import { Badge, Group, Table, Text, Title } from '@mantine/core';
import { dayAndTime, inWords } from '../../lib/format';
import {
  detailInWords,
  kinds,
  removalInWords,
  subjectOf,
  type Group as OfKind,
  type Handler,
} from '../../lib/reconciliation';
import type { OpenDifference } from '../../types/vm.types';
import { DifferenceSession } from './DifferenceSession';
import { FirstOf } from './FirstOf';

const SHOWN_AT_FIRST = 20;

const handlers: Record<Handler, { text: string; color: string }> = {
  person: { text: 'Needs a person', color: 'red' },
  watch: { text: 'May need a person', color: 'yellow' },
  berth: { text: 'Berth handles it', color: 'teal' },
};

/** All open differences of one kind: what it means, what to do, and which they are. */
export function DifferenceGroup({ of: { kind, handler, count, listed } }: { of: OfKind }) {
  const { label, means, advice } = kinds[kind];
  const noun = `${label.charAt(0).toLowerCase()}${label.slice(1)}s`;
  const { text, color } = handlers[handler];
  return (
    <section className="panel" aria-labelledby={`kind-${kind}`}>
      <Group justify="space-between" px="md" pt="md" gap="xs">
        <Title order={2} size="h5" id={`kind-${kind}`} className="num">
          {label}s: {count}
        </Title>
        <Badge variant="light" color={color} tt="none" size="lg">
          {text}
        </Badge>
      </Group>
      <Text size="sm" px="md" mt={4} className="muted">
        {means}
      </Text>
      <Text size="sm" px="md" mb="xs">
        {advice}
      </Text>
      <FirstOf items={listed} atFirst={SHOWN_AT_FIRST} noun={noun}>
        {(shown) => <Differences shown={shown} label={`Open ${noun}`} />}
      </FirstOf>
      {count > listed.length ? (
        <Text size="sm" px="md" pb="md" className="muted">
          {listed.length} of them are listed here, of the 1,000 differences that have been open for longest.
        </Text>
      ) : null}
    </section>
  );
}

/** Where there is little room, the first cell says it all. */
function Differences({ shown, label }: { shown: readonly OpenDifference[]; label: string }) {
  if (shown.length === 0) return null;
  return (
    <Table verticalSpacing="sm" horizontalSpacing="md" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">What</Table.Th>
          <Table.Th scope="col" w={150} visibleFrom="md">
            Node
          </Table.Th>
          <Table.Th scope="col" w={230} visibleFrom="md">
            Open for
          </Table.Th>
          <Table.Th scope="col" w={110}>
            Session
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((one) => (
          <Row key={`${one.vm_id} ${one.volume ?? ''}`} of={one} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ of }: { of: OpenDifference }) {
  const age = inWords(1_000 * of.age_seconds);
  const since = dayAndTime(of.found_at);
  const removal = removalInWords(of);
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm" fw={600} className="num">
          {subjectOf(of)}
        </Text>
        <Text size="sm" className="muted sentence">
          {detailInWords(of.detail)}
        </Text>
        {removal ? (
          <Text size="sm" fw={of.removal?.quarantined ? 600 : undefined}>
            {removal}
          </Text>
        ) : null}
        <Text size="xs" className="muted num" hiddenFrom="md">
          {of.node ? `${of.node} · ` : ''}for {age}, since {since}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">{of.node ?? <span className="muted">None</span>}</Table.Td>
      <Table.Td visibleFrom="md" className="num" style={{ whiteSpace: 'nowrap' }}>
        <Text size="sm">{age}</Text>
        <Text size="xs" className="muted">
          since {since}
        </Text>
      </Table.Td>
      <Table.Td>
        <DifferenceSession of={of} />
      </Table.Td>
    </Table.Tr>
  );
}
