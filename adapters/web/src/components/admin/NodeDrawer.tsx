import { Drawer, Skeleton, Stack, Title } from '@mantine/core';
import { useNodeDetail } from '../../hooks/useNodeDetail';
import { gib, inWords } from '../../lib/format';
import { loadOf, percentText } from '../../lib/nodes';
import type { ProxmoxNodeDetail } from '../../types/vm.types';
import { Facts } from '../Facts';
import { QueryView } from '../QueryView';
import { NodeAge } from './NodeAge';
import { NodeBadges } from './NodeBadges';
import { NodeSessions } from './NodeSessions';

interface Props {
  name: string;
  opened: boolean;
  onClose: () => void;
}

/** All that is known of a node. */
export function NodeDrawer({ name, opened, onClose }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="lg"
      title={`Node ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened ? <Details name={name} /> : null}
    </Drawer>
  );
}

function Details({ name }: { name: string }) {
  return (
    <Stack gap="lg">
      <QueryView query={useNodeDetail(name)} skeleton={<Skeleton h={240} radius="md" />}>
        {(node) => (
          <Stack gap="md">
            <NodeBadges node={node} />
            <Facts of={factsOf(node)} />
            <NodeAge node={node} />
          </Stack>
        )}
      </QueryView>
      <section aria-labelledby="node-sessions">
        <Title order={3} size="h4" id="node-sessions" mb="sm">
          Sessions
        </Title>
        <NodeSessions name={name} />
      </section>
    </Stack>
  );
}

function factsOf(node: ProxmoxNodeDetail): [string, string][] {
  const load = loadOf(node);
  const unknown = 'No answer';
  return [
    ['Host name', node.hostname],
    ['VMs', `${node.active_vm_count} of ${node.max_vms}`],
    ['CPU', load ? percentText(load.cpuPercent) : unknown],
    ['RAM', load ? `${gib(load.ramUsedMb)} of ${gib(load.ramTotalMb)}` : unknown],
    ['RAM promised to VMs', gib(node.reserved_ram_mb)],
    [
      'Load score',
      node.load_score === null ? unknown : `${node.load_score.toFixed(2)} (lower is taken first)`,
    ],
    ['Up', load && node.uptime_seconds !== null ? inWords(node.uptime_seconds * 1000) : unknown],
  ];
}
