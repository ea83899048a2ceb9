import { Badge, Group } from '@mantine/core';
import type { ProxmoxNode, ProxmoxNodeStatus } from '../../types/vm.types';

const color: Record<ProxmoxNodeStatus, string> = { online: 'teal', offline: 'red', maintenance: 'blue' };

/** Whether a node answers, and whether VMs are placed on it. */
export function NodeBadges({ node }: { node: ProxmoxNode }) {
  return (
    <Group gap={6} wrap="nowrap">
      {node.mode === 'draining' ? (
        <Badge color="yellow" variant="light" tt="none">
          Draining
        </Badge>
      ) : null}
      <Badge color={color[node.status]} variant="light" tt="capitalize">
        {node.status}
      </Badge>
    </Group>
  );
}
