import { SimpleGrid } from '@mantine/core';
import { useNow } from '../../hooks/useNow';
import { inWords } from '../../lib/format';
import { ageOf, isCritical, loadOf } from '../../lib/nodes';
import type { ProxmoxNode } from '../../types/vm.types';
import { StatTile } from './StatTile';

export type NodeFilter = 'online' | 'critical';

export const isShown: Record<NodeFilter, (node: ProxmoxNode) => boolean> = {
  online: (node) => node.status === 'online',
  critical: isCritical,
};

interface Props {
  nodes: readonly ProxmoxNode[];
  show: NodeFilter | null;
  onShow: (show: NodeFilter | null) => void;
}

/** The cluster in four numbers. */
export function NodeTiles({ nodes, show, onShow }: Props) {
  const now = useNow();
  const ages = nodes.filter(loadOf).flatMap((node) => ageOf(node, now) ?? []);
  const filter = (by: NodeFilter) => ({
    isOn: show === by,
    toggle: () => onShow(show === by ? null : by),
  });
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <StatTile
        label="Online"
        value={`${nodes.filter(isShown.online).length} of ${nodes.length}`}
        filter={filter('online')}
      />
      <StatTile
        label="VMs"
        value={String(nodes.reduce((sum, node) => sum + node.active_vm_count, 0))}
        to="/admin/sessions"
      />
      <StatTile
        label="Critical"
        value={String(nodes.filter(isShown.critical).length)}
        filter={filter('critical')}
      />
      <StatTile label="Updated" value={ages.length > 0 ? `${inWords(Math.max(...ages))} ago` : 'No answer'} />
    </SimpleGrid>
  );
}
