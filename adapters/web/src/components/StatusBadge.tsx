import { Badge, type MantineSize } from '@mantine/core';
import type { VMSessionStatus } from '../types/vm.types';

const color: Record<VMSessionStatus, string> = {
  pending: 'brand',
  active: 'teal',
  expired: 'gray',
  failed: 'red',
};

export function StatusBadge({ status, size = 'md' }: { status: VMSessionStatus; size?: MantineSize }) {
  return (
    <Badge color={color[status]} variant="light" size={size} tt="capitalize">
      {status}
    </Badge>
  );
}
