import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { notifications } from '@mantine/notifications';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useMySessions } from '../hooks/useMySessions';
import { keys } from '../live/keys';
import { pass, stopClock } from '../test/clock';
import { renderPage } from '../test/render';
import { pending, session, sessionId } from '../test/samples';
import { refuse, server } from '../test/server';
import type { VMSession } from '../types/vm.types';
import { DeadlineWarnings } from './DeadlineWarnings';

const page = `/sessions/${sessionId}`;

beforeEach(() => stopClock('2026-11-26T09:49:58Z'));
afterEach(() => {
  act(() => notifications.clean());
  vi.useRealTimers();
});

const answer = (...items: VMSession[]) =>
  server.use(http.get('/sessions', () => HttpResponse.json({ items, next_cursor: null })));

/** What the application knows of my sessions. */
function Known() {
  const { data } = useMySessions();
  return <p>known: {data?.items.map(({ status }) => status).join()}</p>;
}
const known = (sessions: VMSession[]) =>
  screen.findByText(`known: ${sessions.map(({ status }) => status).join()}`);

/** Somebody is in the application and has these sessions. */
async function show(sessions: VMSession[], at = '/') {
  answer(...sessions);
  const here = (
    <>
      <DeadlineWarnings />
      <Known />
    </>
  );
  const view = renderPage(here, { path: at, at });
  await known(sessions);
  return view;
}

/** As when the stream tells that a session has changed. */
async function change(view: Awaited<ReturnType<typeof show>>, ...sessions: VMSession[]) {
  answer(...sessions);
  await act(() => view.cache.refetchQueries({ queryKey: keys.mySessions }));
  await known(sessions);
}
const warnings = () => screen.queryAllByRole('alert').map((each) => each.textContent);

describe('a deadline', () => {
  it('is warned of once at ten minutes and once at two', async () => {
    await show([session()]);
    expect(warnings()).toEqual([]);
    pass(2);
    const warning = await screen.findByRole('alert');
    expect(warning).toHaveTextContent('Ubuntu 22.04 ends in 10 minutes. Save your work.');
    expect(within(warning).getByRole('link', { name: 'Go to the session' })).toHaveAttribute('href', page);
    pass(5);
    expect(warning).toHaveTextContent('ends in 10 minutes');
    expect(within(warning).getByRole('timer')).toHaveTextContent('09:55 left');
    pass(475);
    await waitFor(() => expect(warnings()).toHaveLength(1));
    expect(await screen.findByText('Ubuntu 22.04 ends in 2 minutes. Save your work.')).toBeVisible();
  });

  it('is not warned of again once the warning was closed', async () => {
    await show([session()]);
    pass(2);
    const warning = await screen.findByRole('alert');
    await userEvent.click(within(warning).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(warnings()).toEqual([]));
    pass(200);
    expect(warnings()).toEqual([]);
    pass(280);
    expect(await screen.findByText(/ends in 2 minutes/)).toBeVisible();
  });

  it('that is near already is told by the time that is left', async () => {
    await show([session({ expires_at: '2026-11-26T09:56:00Z' })]);
    expect(await screen.findByText('Ubuntu 22.04 ends in 7 minutes. Save your work.')).toBeVisible();
    expect(warnings()).toHaveLength(1);
  });

  it('that is past is not warned of, and takes its warning along', async () => {
    await show([session({ expires_at: '2026-11-26T09:51:00Z' })]);
    expect(await screen.findByText(/ends in 2 minutes/)).toBeVisible();
    pass(62);
    await waitFor(() => expect(warnings()).toEqual([]));
  });

  it('can be put off from the warning, which then goes', async () => {
    let body: unknown;
    const longer = session({ expires_at: '2026-11-26T10:30:00Z' });
    server.use(
      http.post(`${page}/extend`, async ({ request }) => {
        body = await request.json();
        answer(longer);
        return HttpResponse.json(longer);
      }),
    );
    await show([session()]);
    pass(2);
    await userEvent.click(await screen.findByRole('button', { name: 'Extend 30 min: Ubuntu 22.04' }));
    await waitFor(() => expect(warnings()).toEqual([]));
    expect(body).toEqual({ minutes: 30 });
  });

  it('that cannot be put off says why, where it was tried', async () => {
    server.use(http.post(`${page}/extend`, () => refuse({ detail: 'The session is over.' })));
    await show([session()]);
    pass(2);
    await userEvent.click(await screen.findByRole('button', { name: /^Extend 30 min/ }));
    expect(await within(screen.getByRole('alert')).findByText('The session is over.')).toBeVisible();
  });

  it('at the very limit offers no extension', async () => {
    await show([session({ extendable_until: '2026-11-26T10:10:00Z' })]);
    pass(2);
    await screen.findByText(/ends in 10 minutes/);
    expect(screen.queryByRole('button', { name: /^Extend/ })).not.toBeInTheDocument();
  });

  it('of a session that has ended is warned of no longer', async () => {
    const view = await show([session()]);
    pass(2);
    await screen.findByText(/ends in 10 minutes/);
    await change(view, session({ status: 'expired', end_reason: 'ended_by_user', desktop: 'over' }));
    await waitFor(() => expect(warnings()).toEqual([]));
  });

  it('leaves nothing behind when the person signs out', async () => {
    const view = await show([session()]);
    pass(2);
    await screen.findByText(/ends in 10 minutes/);
    await act(() => view.router.navigate('/sign-in'));
    await waitFor(() => expect(warnings()).toEqual([]));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('news', () => {
  it('of a desktop that is ready are told elsewhere, with the way there', async () => {
    const view = await show([pending()]);
    await change(view, session({ expires_at: '2026-11-26T11:00:00Z' }));
    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('Ubuntu 22.04 is ready.');
    expect(within(notice).getByRole('link', { name: /^Open desktop/ })).toHaveAttribute(
      'href',
      `${page}/desktop`,
    );
    await change(view, session({ status: 'expired', end_reason: 'ended_by_user', desktop: 'over' }));
    await waitFor(() => expect(warnings()).toEqual([]));
  });

  it('of a session that failed lead to what happened', async () => {
    const view = await show([pending()]);
    await change(view, session({ status: 'failed', end_reason: 'provisioning_failed', desktop: 'over' }));
    expect(await screen.findByText('Ubuntu 22.04 could not be started.')).toBeVisible();
    expect(screen.getByRole('link', { name: 'See what happened' })).toHaveAttribute('href', page);
  });

  it('are not told to somebody who sees them happen', async () => {
    const view = await show([pending()], page);
    await change(view, session({ expires_at: '2026-11-26T11:00:00Z' }));
    expect(warnings()).toEqual([]);
  });

  it('are none of what was so before', async () => {
    await show([session({ expires_at: '2026-11-26T11:00:00Z' })]);
    expect(warnings()).toEqual([]);
  });
});
