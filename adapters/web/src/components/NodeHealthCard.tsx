import { Group, Stack, Text, Title } from '@mantine/core';
import { MonitorPlay, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { count, inWords } from '../lib/format';
import { loadLevel } from '../lib/load';
import { loadOf, percentText } from '../lib/nodes';
import type { ProxmoxNode } from '../types/vm.types';
import { NodeAge } from './admin/NodeAge';
import { NodeBadges } from './admin/NodeBadges';
import { CpuGauge, RamBar } from './admin/NodeMeters';
import { Sparkline } from './Sparkline';

interface Props {
  node: ProxmoxNode;
  /** What can be done about it. */
  menu?: ReactNode;
}

/** A node at a glance. One that does not answer shows no numbers: they would be those of a better time. */
export function NodeHealthCard({ node, menu }: Props) {
  const load = loadOf(node);
  const vms = (
    <Group gap={6} wrap="nowrap">
      <MonitorPlay size={15} className="muted" aria-hidden />
      <Text size="sm" className="num">
        <b>{node.active_vm_count}</b> of {count(node.max_vms, 'VM')}
      </Text>
    </Group>
  );
  return (
    <Stack
      component="article"
      className="panel"
      p="md"
      gap="sm"
      aria-label={`Node ${node.name}`}
      data-off={load ? undefined : true}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Title order={2} size="md" lineClamp={1}>
            {node.name}
          </Title>
          <Text size="xs" className="muted" truncate>
            {node.hostname}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap">
          <NodeBadges node={node} />
          {menu}
        </Group>
      </Group>
      {load ? (
        <>
          <Group wrap="nowrap" gap="lg" align="center">
            <CpuGauge percent={load.cpuPercent} />
            <Stack gap={8} style={{ flex: 1, minWidth: 0 }}>
              <RamBar load={load} />
              {vms}
            </Stack>
          </Group>
          <History node={node} cpuPercent={load.cpuPercent} />
        </>
      ) : (
        <>
          <Stack align="center" justify="center" gap={4} ta="center" style={{ flex: 1, minHeight: 117 }}>
            <Unplug size={26} className="muted" aria-hidden />
            <Text fw={600}>No answer</Text>
            <Text size="xs" className="muted">
              Numbers come back with the next measurement.
            </Text>
          </Stack>
          {vms}
        </>
      )}
      <Group justify="space-between" gap="xs">
        <NodeAge node={node} />
        {load && node.uptime_seconds !== null ? (
          <Text size="xs" className="muted num">
            Up {inWords(node.uptime_seconds * 1000)}
          </Text>
        ) : null}
      </Group>
    </Stack>
  );
}

function History({ node, cpuPercent }: { node: ProxmoxNode; cpuPercent: number }) {
  const points = node.recent.map(({ at, cpu_percent }) => ({ at, percent: cpu_percent }));
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || first === last)
    return (
      <Text size="xs" className="muted" h={44}>
        Its history begins with the next measurement.
      </Text>
    );
  const values = points.map(({ percent }) => percent);
  const time = inWords(Date.parse(last.at) - Date.parse(first.at));
  return (
    <Sparkline
      points={points}
      level={loadLevel(cpuPercent)}
      label={`CPU over the last ${time}, from ${percentText(Math.min(...values))} to ${percentText(Math.max(...values))}`}
    />
  );
}
