import type { SessionFilter } from '../api/admin.api';
import type { AuditFilter } from '../api/audit.api';
import type { VMSessionStatus } from '../types/vm.types';

/** The names of cached answers. A shorter key covers all that begin with it. */
export const keys = {
  me: ['me'],
  tokens: ['tokens'],
  templates: ['templates'],
  session: (id: string) => ['session', id],
  history: (id: string) => ['session', id, 'history'],
  mySessions: ['sessions'],
  mySessionsOf: (status?: VMSessionStatus) => ['sessions', status ?? 'all'],
  mySessionPages: (status?: VMSessionStatus) => ['sessions', 'pages', status ?? 'all'],
  nodes: ['admin', 'nodes'],
  node: (name: string) => ['admin', 'node', name],
  allTemplates: ['admin', 'templates'],
  template: (id: number) => ['admin', 'template', id],
  allSessions: ['admin', 'sessions'],
  allSessionsOf: (filter: SessionFilter) => ['admin', 'sessions', filter],
  placement: (id: string) => ['admin', 'placement', id],
  users: ['admin', 'users'],
  audit: ['admin', 'audit'],
  auditOf: (filter: AuditFilter) => ['admin', 'audit', filter],
  eventTypes: ['admin', 'event types'],
  stateAsOf: (position: number) => ['admin', 'state', position],
  verification: ['admin', 'verification'],
  reconciliation: ['admin', 'reconciliation'],
} as const;
