import { Badge, Group, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { count, gib } from '../../lib/format';
import type { AdminTemplate } from '../../types/vm.types';
import { OsIcon } from '../OsIcon';
import { ActiveBadge } from './ActiveBadge';

const hardwareOf = ({ cpu_cores, ram_mb, disk_gb }: AdminTemplate) =>
  `${count(cpu_cores, 'core')} · ${gib(ram_mb)} RAM · ${disk_gb} GiB disk`;

interface Props {
  templates: readonly AdminTemplate[];
  /** What can be done with one; nothing for who may only look. */
  menuOf?: (template: AdminTemplate) => ReactNode;
}

/** Templates by id. Where there is little room, the name's cell says it all. */
export function TemplateTable({ templates, menuOf }: Props) {
  return (
    <div className="panel">
      <Table verticalSpacing="sm" horizontalSpacing="md" aria-label="Templates">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Template</Table.Th>
            <Table.Th scope="col" visibleFrom="lg">
              Hardware
            </Table.Th>
            <Table.Th scope="col" visibleFrom="lg">
              VMID
            </Table.Th>
            <Table.Th scope="col" visibleFrom="lg">
              Tags
            </Table.Th>
            <Table.Th scope="col">State</Table.Th>
            {menuOf ? <Table.Th scope="col">Actions</Table.Th> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {templates.map((template) => (
            <Row key={template.id} template={template} menu={menuOf?.(template)} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ template, menu }: { template: AdminTemplate; menu: ReactNode }) {
  const tags = template.tags.join(', ');
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <OsIcon os={template.os_type} size={36} />
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={600}>
              {template.name}
            </Text>
            <Text size="xs" className="muted">
              {template.protocol.toUpperCase()}
              {template.desktop_user ? ` as ${template.desktop_user}` : ''}
            </Text>
            <Text size="xs" className="muted num" hiddenFrom="lg">
              {hardwareOf(template)} · VMID {template.template_vmid}
              {tags ? ` · ${tags}` : ''}
            </Text>
          </div>
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="lg" className="num">
        {hardwareOf(template)}
      </Table.Td>
      <Table.Td visibleFrom="lg" className="num">
        {template.template_vmid}
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Group gap={6}>
          {template.tags.map((tag) => (
            <Badge key={tag} color="gray" variant="light" tt="none" fw={500}>
              {tag}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        <ActiveBadge isActive={template.is_active} />
      </Table.Td>
      {menu ? <Table.Td>{menu}</Table.Td> : null}
    </Table.Tr>
  );
}
