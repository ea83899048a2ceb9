import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { ProxmoxNode, User, VMSession } from '../types/vm.types';
import type { LiveEvent } from './eventStream';
import { keys } from './keys';

const LONGEST_SERIES = 60; // As openapi.yaml says of `recent`.

interface NodeLoad {
  name: string;
  online: boolean;
  cpu_percent: number | null;
  ram_used_mb: number | null;
  ram_total_mb: number | null;
  uptime_seconds: number | null;
  sampled_at: string;
}

function isNodeLoad(data: unknown): data is NodeLoad {
  return typeof data === 'object' && data !== null && 'name' in data && 'sampled_at' in data;
}

function sessionIn(data: unknown): VMSession | null {
  if (typeof data !== 'object' || data === null || !('session' in data)) return null;
  return data.session as VMSession | null;
}

/** A node with one more measurement. A node in maintenance stays so, whatever it measures. */
export function withLoad(node: ProxmoxNode, load: NodeLoad): ProxmoxNode {
  const { cpu_percent, ram_used_mb, ram_total_mb, uptime_seconds } = load;
  const measured =
    load.online && cpu_percent !== null && ram_used_mb !== null && ram_total_mb !== null && ram_total_mb > 0;
  const status = node.status === 'maintenance' ? 'maintenance' : load.online ? 'online' : 'offline';
  const known = node.recent.at(-1)?.at === load.sampled_at;
  const recent =
    measured && !known
      ? [
          ...node.recent,
          { at: load.sampled_at, cpu_percent, ram_percent: (100 * ram_used_mb) / ram_total_mb },
        ]
      : node.recent;
  return {
    ...node,
    status,
    cpu_percent,
    ram_used_mb,
    ram_total_mb,
    uptime_seconds,
    sample_age_seconds: load.online ? 0 : null,
    recent: recent.slice(-LONGEST_SERIES),
  };
}

/** Brings what is cached up to an event: sets what the event contains, and returns what must be asked anew. */
export function applyEvent(cache: QueryClient, { topic, data }: LiveEvent): readonly QueryKey[] {
  switch (topic) {
    case 'session': {
      const session = sessionIn(data);
      if (!session) return [keys.mySessions, keys.allSessions, keys.audit];
      cache.setQueryData<VMSession>(keys.session(session.id), (known) => known && session);
      // Admins hear of everybody's sessions, many a second in a full house.
      const isMine = cache.getQueryData<User | null>(keys.me)?.id === session.owner_id;
      return [
        ...(isMine ? [keys.mySessions, keys.me] : []),
        keys.history(session.id),
        keys.placement(session.id),
        keys.allSessions,
        keys.nodes,
        keys.node(session.node_name ?? ''),
        keys.audit,
        // Whether a template's usual time changes shows when a session becomes active.
        ...(session.status === 'active' ? [keys.templates] : []),
      ];
    }
    case 'node_load':
      if (isNodeLoad(data))
        cache.setQueryData<ProxmoxNode[]>(keys.nodes, (nodes) =>
          nodes?.map((node) => (node.name === data.name ? withLoad(node, data) : node)),
        );
      return [];
    case 'node':
      return [keys.nodes, ['admin', 'node'], keys.audit];
    case 'template':
      return [keys.templates, keys.allTemplates, ['admin', 'template'], keys.audit];
    case 'user':
      return [keys.users, keys.me, keys.audit];
    case 'alert':
      return [keys.audit];
    case 'difference':
      return [keys.reconciliation, keys.audit];
    case 'reset':
      return [[]];
    default:
      return [];
  }
}
