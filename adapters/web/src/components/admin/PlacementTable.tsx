import { Badge, Group, Progress, Table, Text } from '@mantine/core';
import { gib, inWords } from '../../lib/format';
import { byMerit, isMeasured, verdictInWords } from '../../lib/placement';
import type { ConsideredNode } from '../../types/vm.types';
import { ScrollPane } from '../ScrollPane';

const two = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const colorOf = (verdict: ConsideredNode['verdict']) =>
  verdict === 'chosen' ? 'teal' : verdict === 'higher_score' ? 'brand' : 'gray';

/** What the scheduler saw of each node, and its verdict. */
export function PlacementTable({
  label,
  considered,
}: {
  label: string;
  considered: readonly ConsideredNode[];
}) {
  return (
    <ScrollPane label={label}>
      <Table miw={720} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Node</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th>Score</Table.Th>
            <Table.Th>Measured</Table.Th>
            <Table.Th>RAM reserved</Table.Th>
            <Table.Th>VMs</Table.Th>
            <Table.Th>Sample</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {byMerit(considered).map((node) => (
            <Row key={node.node} node={node} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollPane>
  );
}

function Row({ node }: { node: ConsideredNode }) {
  const { verdict, score, measured_score, reserved_ram_mb, vms, max_vms, sample_age_seconds } = node;
  const known = isMeasured(node);
  return (
    <Table.Tr fw={verdict === 'chosen' ? 600 : undefined}>
      <Table.Td>{node.node}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={colorOf(verdict)} tt="none">
          {verdictInWords(verdict)}
        </Badge>
      </Table.Td>
      <Table.Td>
        {known ? (
          <Group gap="xs" wrap="nowrap">
            <div aria-hidden="true" style={{ width: 70 }}>
              <Progress value={Math.min(100, 100 * score)} color={colorOf(verdict)} size="sm" />
            </div>
            <span className="num">{two.format(score)}</span>
          </Group>
        ) : (
          <Unknown />
        )}
      </Table.Td>
      <Table.Td className="num">{known ? two.format(measured_score) : <Unknown />}</Table.Td>
      <Table.Td className="num">{known ? gib(reserved_ram_mb) : <Unknown />}</Table.Td>
      <Table.Td className="num">
        {vms} of {max_vms}
      </Table.Td>
      <Table.Td className="num">{known ? `${inWords(1000 * sample_age_seconds)} old` : <Unknown />}</Table.Td>
    </Table.Tr>
  );
}

const Unknown = () => (
  <Text span size="sm" className="muted">
    none
  </Text>
);
