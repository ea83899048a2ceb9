import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveLog, stateAt } from '../../test/auditLog';
import { renderPage } from '../../test/render';
import { admin, sessionId } from '../../test/samples';
import { refuse, server } from '../../test/server';
import { AuditPage } from './AuditPage';

const show = (at = '/') => renderPage(<AuditPage />, { me: admin(), at });
const eventButton = (position: number) =>
  screen.findByRole('button', { name: new RegExp(`text of event ${position}$`) });

beforeEach(() => {
  server.use(
    http.get('/admin/audit/types', () => HttpResponse.json({ items: ['node_registered', 'session_placed'] })),
    http.get('/admin/audit/state', ({ request }) =>
      HttpResponse.json(stateAt(Number(new URL(request.url).searchParams.get('at')))),
    ),
  );
});
afterEach(() => vi.restoreAllMocks());

describe('time travel', () => {
  it('shows what an event changed, with the way to its session', async () => {
    serveLog(3);
    const { router } = show();
    await userEvent.click(await eventButton(2));
    expect(router.state.location.search).toBe('?at=2');
    expect(router.state.historyAction).toBe('PUSH');
    expect(
      await screen.findByRole('heading', { name: new RegExp(`^session-${sessionId} as of event 2, `) }),
    ).toBeInTheDocument();
    const [, status, nodeRow, detail] = screen.getAllByRole('row').map((row) => row.textContent);
    expect(status).toBe('status changedactivepending');
    expect(nodeRow).toBe('node pve-1');
    expect(detail).toBe('detail changednothinga disk was full');
    expect(screen.getByRole('link', { name: 'Open the session' })).toHaveAttribute(
      'href',
      `/sessions/${sessionId}`,
    );
    expect(screen.getByRole('link', { name: 'Why it is there' })).toHaveAttribute(
      'href',
      `/admin/sessions?placement=${sessionId}`,
    );
  });

  it('goes from event to event with the arrow keys, and closes to where it was', async () => {
    serveLog(3);
    const { router } = show();
    (await eventButton(3)).focus();
    await userEvent.keyboard('{Enter}');
    expect(router.state.location.search).toBe('?at=3');
    await userEvent.keyboard('{ArrowDown}');
    expect(router.state.location.search).toBe('?at=2');
    expect(router.state.historyAction).toBe('REPLACE');
    expect(await eventButton(2)).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(router.state.location.search).toBe('?at=3');
    await userEvent.click(await screen.findByRole('button', { name: 'Close' }));
    expect(router.state.location.search).toBe('');
    expect(await eventButton(3)).toHaveFocus();
  });

  it('moves with the slider and its buttons, which say where they are', async () => {
    serveLog(3);
    const { router } = show();
    const slider = await screen.findByRole('slider', { name: 'Event' });
    expect(slider).toHaveAttribute('aria-valuetext', expect.stringMatching(/^Event 3, /));
    expect(screen.getByRole('button', { name: 'Later event' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Earlier event' }));
    expect(router.state.location.search).toBe('?at=3');
    await userEvent.click(screen.getByRole('button', { name: 'Earlier event' }));
    expect(router.state.location.search).toBe('?at=2');
    act(() => slider.focus());
    await userEvent.keyboard('{ArrowLeft}');
    expect(router.state.location.search).toBe('?at=1');
    expect(slider).toHaveAttribute('aria-valuetext', expect.stringMatching(/^Event 1, /));
    expect(screen.getByRole('button', { name: 'Earlier event' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Later event' }));
    expect(router.state.location.search).toBe('?at=2');
  });

  it('says when the event of a link is not in the list, and shows it all the same', async () => {
    serveLog(100);
    show('/?at=20');
    expect(await screen.findByText('Event 20 is not among those shown.')).toBeInTheDocument();
    expect(await screen.findByRole('heading', { name: /as of event 20/ })).toBeInTheDocument();
  });

  it('goes to the events of the same stream, and says when there is none', async () => {
    serveLog(3);
    const { router } = show('/?at=2');
    await userEvent.click(await screen.findByRole('button', { name: 'Next of this stream' }));
    await waitFor(() => expect(router.state.location.search).toBe('?at=3'));
    await screen.findByRole('heading', { name: /as of event 3/ });
    await userEvent.click(screen.getByRole('button', { name: 'Next of this stream' }));
    expect(await screen.findByText(/^This is the newest event of session-/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Previous of this stream' }));
    await waitFor(() => expect(router.state.location.search).toBe('?at=2'));
  });

  it('knows the first event of a stream, and says when its neighbours cannot be found', async () => {
    serveLog(3);
    server.use(http.get('/admin/audit/state', () => HttpResponse.json(stateAt(1, { version: 1 }))));
    show('/?at=1');
    expect(await screen.findByRole('button', { name: 'Previous of this stream' })).toBeDisabled();
    expect(screen.queryByText('It changed none of these.')).not.toBeInTheDocument();
    await eventButton(1);
    server.use(http.get('/admin/audit', () => refuse({ detail: 'Not now.' })));
    await userEvent.click(screen.getByRole('button', { name: 'Next of this stream' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Not now.');
  });

  it('filters by the stream of an event and copies a link to it', async () => {
    const user = userEvent.setup();
    serveLog(3);
    const { router } = show('/?at=2&type=session_placed');
    await user.click(await screen.findByRole('button', { name: 'Copy link' }));
    expect(await window.navigator.clipboard.readText()).toBe(`${window.location.origin}/admin/audit?at=2`);
    await user.click(screen.getByRole('button', { name: 'Show only this stream' }));
    expect(router.state.location.search).toBe(`?at=2&stream=session-${sessionId}`);
  });

  it('says when an event changed nothing of what is shown', async () => {
    serveLog(3);
    const fields = [{ name: 'login', value: 'ana', before: 'ana' }];
    server.use(http.get('/admin/audit/state', () => HttpResponse.json(stateAt(1, { fields }))));
    show('/?at=1');
    expect(await screen.findByText('It changed none of these.')).toBeInTheDocument();
  });

  it('shows why a state cannot be shown', async () => {
    serveLog(3);
    server.use(
      http.get('/admin/audit/state', () => refuse({ status: 404, detail: 'There is no such event.' })),
    );
    show('/?at=9');
    expect(await screen.findByText('There is no such event.')).toBeInTheDocument();
  });

  it('has its place below the event where there is no room beside it', async () => {
    vi.spyOn(window, 'matchMedia').mockImplementation((media) =>
      Object.assign(new EventTarget(), {
        media,
        matches: media.includes('75em'),
        onchange: null,
        addListener: vi.fn(),
        removeListener: vi.fn(),
      }),
    );
    serveLog(3);
    show('/?at=2');
    const heading = await screen.findByRole('heading', { name: /as of event 2/, level: 3 });
    expect(heading.closest('li')).toHaveTextContent('text of event 2');
  });
});
