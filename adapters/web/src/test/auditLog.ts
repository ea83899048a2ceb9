import { http, HttpResponse } from 'msw';
import type { AuditEvent, StateAsOf } from '../types/vm.types';
import { sessionId } from './samples';
import { server } from './server';

/** One event of a log; those of the same minute count its seconds. */
export const auditEvent = (over: Partial<AuditEvent> & { position: number }): AuditEvent => ({
  at: new Date(Date.UTC(2026, 10, 26, 9, 0, over.position)).toISOString(),
  actor: 'system:session',
  actor_login: null,
  stream: `session-${sessionId}`,
  type: 'session_placed',
  text: `text of event ${over.position}`,
  ...over,
});

export const stateAt = (position: number, over: Partial<StateAsOf> = {}): StateAsOf => ({
  ...auditEvent({ position }),
  version: 3,
  fields: [
    { name: 'status', value: 'active', before: 'pending' },
    { name: 'node', value: 'pve-1', before: 'pve-1' },
    { name: 'detail', value: null, before: 'a disk was full' },
  ],
  ...over,
});

/** Plays the log of so many events, 50 a page; returns what is asked of it. */
export function serveLog(
  length: number,
  make: (position: number) => AuditEvent = (position) => auditEvent({ position }),
) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get('/admin/audit', ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(search);
      const newest = Math.min(length, Number(search.get('before') ?? length + 1) - 1);
      const oldest = Math.max(1, newest - Number(search.get('limit') ?? 50) + 1);
      const items = [];
      for (let position = newest; position >= oldest; --position) items.push(make(position));
      return HttpResponse.json({ items, next_before: oldest > 1 ? oldest : null });
    }),
  );
  return asked;
}
