import {
  Activity,
  Boxes,
  GitCompareArrows,
  History,
  LayoutGrid,
  MonitorPlay,
  Server,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { mayLaunch, maySeeAll } from '../hooks/useMe';
import type { User } from '../types/vm.types';

export interface Place {
  to: string;
  label: string;
  icon: LucideIcon;
}

const own: readonly Place[] = [
  { to: '/', label: 'Launch', icon: LayoutGrid },
  { to: '/sessions', label: 'My sessions', icon: MonitorPlay },
];
const administration: readonly Place[] = [
  { to: '/admin/nodes', label: 'Nodes', icon: Server },
  { to: '/admin/templates', label: 'Templates', icon: Boxes },
  { to: '/admin/sessions', label: 'All sessions', icon: Activity },
  { to: '/admin/reconciliation', label: 'Reconciliation', icon: GitCompareArrows },
  { to: '/admin/audit', label: 'Audit trail', icon: History },
  { to: '/admin/users', label: 'Users & quotas', icon: Users },
];

/** The pages that this person is shown the way to. */
export function placesOf(me: User): { own: readonly Place[]; administration: readonly Place[] } {
  return { own: mayLaunch(me) ? own : [], administration: maySeeAll(me) ? administration : [] };
}

/** Where a person begins. */
export const homeOf = (me: User) => (mayLaunch(me) ? '/' : '/admin/nodes');
