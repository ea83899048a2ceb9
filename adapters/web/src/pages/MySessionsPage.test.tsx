import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopClock } from '../test/clock';
import { FakeEventSource } from '../test/FakeEventSource';
import { renderPage } from '../test/render';
import { pending, session, user } from '../test/samples';
import { refuse, server } from '../test/server';
import type { VMSession } from '../types/vm.types';
import { MySessionsPage } from './MySessionsPage';

beforeEach(() => stopClock('2026-11-26T09:00:12Z'));
afterEach(() => void vi.useRealTimers());

/** Sessions of their own ids; berthd gives them by status, `limit` at a time. */
const one = (number: number, more: Partial<VMSession> = {}, make = session) =>
  make({ id: `01JD00000000000000000000${String(number).padStart(2, '0')}`, ...more });
const past = (number: number, more: Partial<VMSession> = {}) =>
  one(number, { status: 'expired', end_reason: 'deadline', desktop: 'over', guacamole_url: null, ...more });

/** berthd has these sessions, and what it was asked for. */
function give(sessions: VMSession[], page = 50) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get('/sessions', ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(query);
      const all = sessions.filter(({ status }) => (query.get('status') ?? status) === status);
      const from = all.findIndex(({ id }) => id === query.get('cursor')) + 1;
      const items = all.slice(from, from + page);
      const isLast = from + page >= all.length;
      return HttpResponse.json({ items, next_cursor: isLast ? null : items.at(-1)?.id });
    }),
  );
  return asked;
}
const open = (at = '/sessions', me = user()) => renderPage(<MySessionsPage />, { me, path: '/sessions', at });
const region = (name: string) => screen.findByRole('region', { name });

describe('my sessions', () => {
  it('say that they are loading', () => {
    open();
    expect(screen.getByRole('heading', { level: 1, name: 'My sessions' })).toBeVisible();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeVisible();
  });

  it('say what went wrong, and try again', async () => {
    server.use(http.get('/sessions', () => refuse({ status: 503, detail: 'Try again in a moment.' })));
    open();
    expect(await screen.findByText('Try again in a moment.')).toBeVisible();
    give([one(1)]);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await region('Current')).toBeVisible();
  });

  it('lead to a launch when there are none', async () => {
    open();
    expect(await screen.findByText('You have no sessions yet')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Launch a machine' })).toHaveAttribute('href', '/');
  });

  it('send no auditor to launch anything', async () => {
    open('/sessions', user({ role: 'auditor' }));
    expect(await screen.findByText(/Auditors look at the sessions of others/)).toBeVisible();
    expect(screen.queryByRole('link', { name: 'Launch a machine' })).not.toBeInTheDocument();
  });

  it('are current ones, kept machines, and the past, each once', async () => {
    give([
      one(4, {}, pending),
      one(3),
      past(2, { session_type: 'persistent', keeps_vm: true }),
      past(1, { status: 'failed', end_reason: 'provisioning_failed' }),
    ]);
    open();
    expect(within(await region('Current')).getAllByRole('article')).toHaveLength(2);
    expect(within(await region('Kept machines')).getAllByRole('listitem')).toHaveLength(1);
    const rows = within(await region('Past')).getAllByRole('listitem');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toHaveTextContent(/No machine could be provided.*failed$/);
  });

  it('of the past say when, how long, where, and how they ended', async () => {
    give([
      past(2),
      past(1, { end_reason: 'ended_by_user', template: { ...session().template, name: 'Kali' } }),
    ]);
    open();
    const [timedOut, ended] = within(await region('Past')).getAllByRole('listitem');
    expect(timedOut).toHaveTextContent(/Ubuntu 22\.04.*pve-1.*2026.*lasted 1 h.*Its time was over.*expired/);
    // Nobody has told how long it was there.
    expect(ended).toHaveTextContent(/Kali.*asked for 1 h.*You ended it/);
    expect(screen.getByRole('link', { name: 'Kali' })).toHaveAttribute('href', `/sessions/${past(1).id}`);
  });

  it('come a page at a time', async () => {
    const asked = give([past(3), past(2), past(1)], 2);
    open();
    expect(within(await region('Past')).getAllByRole('listitem')).toHaveLength(2);
    await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(3));
    expect(asked.at(-1)?.get('cursor')).toBe(past(2).id);
    expect(screen.queryByRole('button', { name: 'Show more' })).not.toBeInTheDocument();
  });

  it('stay when the next page does not come, which is said at its button', async () => {
    give([past(3), past(2), past(1)], 2);
    open();
    await region('Past');
    server.use(http.get('/sessions', () => refuse({ status: 503, detail: 'Try again in a moment.' })));
    await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
    expect(await screen.findByText('Try again in a moment.')).toBeVisible();
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    give([past(3), past(2), past(1)], 2);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(3));
  });

  it('follow the stream', async () => {
    give([one(1, {}, pending)]);
    open();
    await region('Current');
    give([one(1)]);
    FakeEventSource.live[0]?.send('session', { session: one(1) });
    expect(await screen.findByRole('link', { name: /^Open desktop/ })).toBeVisible();
  });
});

describe('the filter', () => {
  it('is in the address, and asks for one status', async () => {
    const asked = give([one(2), past(1, { status: 'failed', end_reason: 'provisioning_failed' })]);
    const { router } = open();
    await region('Current');
    await userEvent.click(screen.getByRole('radio', { name: 'failed' }));
    expect(router.state.location.search).toBe('?status=failed');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Current' })).not.toBeInTheDocument());
    expect(await region('Past')).toBeVisible();
    expect(asked.at(-1)?.get('status')).toBe('failed');
    await userEvent.click(screen.getByRole('radio', { name: 'all' }));
    expect(router.state.location.search).toBe('');
    expect(await region('Current')).toBeVisible();
  });

  it('shows kept machines among the expired', async () => {
    give([past(1, { session_type: 'persistent', keeps_vm: true })]);
    open('/sessions?status=expired');
    expect(within(await region('Past')).getAllByRole('listitem')).toHaveLength(1);
    expect(screen.queryByRole('region', { name: 'Kept machines' })).not.toBeInTheDocument();
  });

  it('that finds nothing can be taken away', async () => {
    give([one(1)]);
    open('/sessions?status=failed');
    expect(await screen.findByText('None of your sessions is failed')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(await region('Current')).toBeVisible();
  });

  it('that makes no sense is none', async () => {
    give([one(1)]);
    open('/sessions?status=sleepy');
    expect(await region('Current')).toBeVisible();
    expect(screen.getByRole('radio', { name: 'all' })).toBeChecked();
  });
});

describe('a kept machine', () => {
  const kept = past(1, { session_type: 'persistent', keeps_vm: true });

  it('is resumed by a launch of its template', async () => {
    give([kept]);
    open();
    expect(await screen.findByRole('link', { name: 'Resume Ubuntu 22.04' })).toHaveAttribute(
      'href',
      '/?launch=2&type=persistent',
    );
  });

  it('is discarded after a question', async () => {
    give([kept]);
    let isDiscarded = false;
    server.use(
      http.delete(`/sessions/${kept.id}/vm`, () => {
        isDiscarded = true;
        give([{ ...kept, keeps_vm: false }]);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'Discard: Ubuntu 22.04' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/everything on it is destroyed/)).toBeVisible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Discard for good' }));
    expect(await region('Past')).toBeVisible();
    expect(screen.queryByRole('region', { name: 'Kept machines' })).not.toBeInTheDocument();
    expect(isDiscarded).toBe(true);
  });

  it('stays when that is refused, and the dialog says why', async () => {
    give([kept]);
    server.use(http.delete(`/sessions/${kept.id}/vm`, () => refuse({ detail: 'It is being resumed.' })));
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'Discard: Ubuntu 22.04' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Discard for good' }));
    expect(await within(dialog).findByText('It is being resumed.')).toBeVisible();
  });
});
