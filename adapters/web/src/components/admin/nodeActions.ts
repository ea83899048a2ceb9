import { CirclePlay, Info, LogOut, Pencil, Trash2, Wrench, type LucideIcon } from 'lucide-react';
import type { ProxmoxNode } from '../../types/vm.types';

export type NodeAction = 'details' | 'drain' | 'maintenance' | 'return' | 'change' | 'remove';

interface Choice {
  action: NodeAction;
  label: string;
  icon: LucideIcon;
  isDangerous?: boolean;
}

/** What an admin may do with a node as it is now. */
export function choicesFor({ mode }: ProxmoxNode): readonly Choice[] {
  const choices: Choice[] = [{ action: 'details', label: 'Details', icon: Info }];
  if (mode !== 'in_service') choices.push({ action: 'return', label: 'Back in service…', icon: CirclePlay });
  if (mode !== 'draining') choices.push({ action: 'drain', label: 'Drain…', icon: LogOut });
  if (mode !== 'maintenance') choices.push({ action: 'maintenance', label: 'Maintenance…', icon: Wrench });
  choices.push({ action: 'change', label: 'Change limit…', icon: Pencil });
  // A node in service is never removed: it must be drained, or in maintenance, first.
  if (mode !== 'in_service')
    choices.push({ action: 'remove', label: 'Remove…', icon: Trash2, isDangerous: true });
  return choices;
}
