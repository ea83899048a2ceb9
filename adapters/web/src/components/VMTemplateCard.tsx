import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Cpu, HardDrive, MemoryStick, Play, Timer } from 'lucide-react';
import { gib, inWords } from '../lib/format';
import type { VMTemplate } from '../types/vm.types';
import { OsIcon } from './OsIcon';

interface Props {
  template: VMTemplate;
  onLaunch: (template: VMTemplate) => void;
  /** Why nobody can be helped to this now; the button says it. */
  disabledBecause?: string;
}

/** What somebody gets who picks this template, and how soon. */
export function VMTemplateCard({ template, onLaunch, disabledBecause }: Props) {
  const ready = template.time_to_ready;
  const hardware = [
    { icon: Cpu, text: `${template.cpu_cores} vCPU` },
    { icon: MemoryStick, text: gib(template.ram_mb) },
    { icon: HardDrive, text: `${template.disk_gb} GiB` },
  ];
  return (
    <Stack
      component="article"
      className="panel card"
      p="md"
      gap="sm"
      aria-labelledby={`template-${template.id}`}
    >
      <Group wrap="nowrap" align="flex-start">
        <OsIcon os={template.os_type} />
        <div style={{ minWidth: 0 }}>
          <Text component="h3" fw={640} id={`template-${template.id}`} truncate>
            {template.name}
          </Text>
          <Group gap={6} mt={4} mih={22}>
            {template.tags.map((tag) => (
              <Badge key={tag} size="sm" variant="default" tt="none" fw={500}>
                {tag}
              </Badge>
            ))}
          </Group>
        </div>
      </Group>
      <Group gap="md">
        {hardware.map(({ icon: Icon, text }) => (
          <Group key={text} gap={6} wrap="nowrap">
            <Icon size={15} className="muted" aria-hidden />
            <Text size="sm" className="num">
              {text}
            </Text>
          </Group>
        ))}
      </Group>
      <Group justify="space-between" mt="auto" pt={4}>
        <Group gap={6} className="muted" wrap="nowrap">
          <Timer size={15} aria-hidden />
          <Text size="sm">
            {ready
              ? `Ready in about ${inWords(ready.usual_seconds * 1000)}`
              : 'Not launched often enough to say'}
          </Text>
        </Group>
        <Button
          leftSection={<Play size={15} aria-hidden />}
          disabled={disabledBecause !== undefined}
          title={disabledBecause}
          onClick={() => onLaunch(template)}
          aria-label={`Launch ${template.name}`}
        >
          Launch
        </Button>
      </Group>
    </Stack>
  );
}
