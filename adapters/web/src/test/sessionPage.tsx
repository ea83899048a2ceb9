import { http, HttpResponse } from 'msw';
import { SessionPage } from '../pages/SessionPage';
import type { SessionHistory, VMSession } from '../types/vm.types';
import { renderPage } from './render';
import { session, sessionId, user } from './samples';
import { server } from './server';

// What the tests of the session's page have in common.

export const path = `/sessions/${sessionId}`;
export const step = (name: string, began: string, ended: string | null = null, attempt = 1) => ({
  name,
  attempt,
  began_at: `2026-11-26T09:00:${began}Z`,
  ended_at: ended && `2026-11-26T09:00:${ended}Z`,
});
export const asked = { at: '2026-11-26T09:00:00Z', text: 'a session was asked for', by: 'you' } as const;
export const used = [step('placed', '00', '02'), step('cloning', '02', '21'), step('active', '21', '51')];
const cloning = [step('placed', '00', '02'), step('cloning', '02')];

/** berthd has this session, and this history of it. */
export function give(
  shown: VMSession,
  steps: SessionHistory['steps'] = cloning,
  items: SessionHistory['items'] = [asked],
) {
  server.use(
    http.get(path, () => HttpResponse.json(shown)),
    http.get(`${path}/history`, () => HttpResponse.json({ session_id: sessionId, items, steps })),
  );
}

export const over = (more: Partial<VMSession>) =>
  session({ status: 'expired', desktop: 'over', guacamole_url: null, provisioning_step: 'closed', ...more });

/** Somebody goes to the page. */
export const open = (me = user(), at = path) =>
  renderPage(<SessionPage />, { me, path: '/sessions/:id', at });

/** The icon of the tab. */
export const icon = () => document.querySelector('link[rel="icon"]')?.getAttribute('href');
