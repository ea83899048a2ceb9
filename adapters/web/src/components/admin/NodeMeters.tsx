import { Group, Progress, SemiCircleProgress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { gib } from '../../lib/format';
import { levelColor, levelText, loadLevel } from '../../lib/load';
import { percentText, type NodeLoad } from '../../lib/nodes';

interface MeterProps {
  label: string;
  percent: number;
  children: ReactNode;
}

/** Gives what is drawn its name and value in words: colour is never the only sign. */
function Meter({ label, percent, children }: MeterProps) {
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={`${percentText(percent)}, ${levelText[loadLevel(percent)]}`}
    >
      {children}
    </div>
  );
}

export function CpuGauge({ percent }: { percent: number }) {
  const level = loadLevel(percent);
  return (
    <div style={{ flex: 'none' }}>
      <Meter label="CPU" percent={percent}>
        <SemiCircleProgress
          size={128}
          thickness={12}
          value={percent}
          filledSegmentColor={`var(--mantine-color-${levelColor[level]}-6)`}
          labelPosition="bottom"
          label={
            <Text fw={680} size="xl" className="num">
              {percentText(percent)}
            </Text>
          }
        />
      </Meter>
      <Text size="xs" className="muted" ta="center">
        CPU · {levelText[level]}
      </Text>
    </div>
  );
}

export function RamBar({ load }: { load: NodeLoad }) {
  const level = loadLevel(load.ramPercent);
  return (
    <Stack gap={8}>
      <Group justify="space-between" gap={4}>
        <Text size="sm" className="muted">
          RAM · {levelText[level]}
        </Text>
        <Text size="sm" fw={600} className="num">
          {percentText(load.ramPercent)}
        </Text>
      </Group>
      <Meter label="RAM" percent={load.ramPercent}>
        <Progress.Root size="lg">
          <Progress.Section value={load.ramPercent} color={levelColor[level]} withAria={false} />
        </Progress.Root>
      </Meter>
      <Text size="xs" className="muted num">
        {gib(load.ramUsedMb)} of {gib(load.ramTotalMb)}
      </Text>
    </Stack>
  );
}
