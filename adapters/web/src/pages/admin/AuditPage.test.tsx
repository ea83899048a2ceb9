import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditEvent, serveLog, stateAt } from '../../test/auditLog';
import { FakeEventSource } from '../../test/FakeEventSource';
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

describe('the list', () => {
  it('waits with a skeleton, then shows events by day with actor, type and stream', async () => {
    serveLog(2, (position) =>
      position === 1
        ? auditEvent({
            position,
            at: '2026-11-20T12:00:00Z',
            actor: 'user:2',
            actor_login: 'ana',
            stream: 'node-pve-1',
            type: 'node_registered',
          })
        : auditEvent({ position }),
    );
    show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
    await eventButton(2);
    expect(screen.getAllByRole('heading', { level: 2 })).toHaveLength(2);
    const [newer, older] = screen.getAllByRole('listitem');
    expect(newer).toHaveTextContent('Berth, session');
    expect(newer).toHaveTextContent('session placed');
    expect(older).toHaveTextContent('ana');
    expect(screen.getByRole('link', { name: 'node-pve-1' })).toBeInTheDocument();
  });

  it('says that the log is empty', async () => {
    serveLog(0);
    show();
    expect(await screen.findByText('Nothing happened yet')).toBeInTheDocument();
  });

  it('says that nothing matches, and takes the filters away', async () => {
    const asked = serveLog(0);
    const { router } = show('/?stream=node-pve-1&type=node_removed&at=4');
    await userEvent.click(await screen.findByRole('button', { name: 'Clear the filters' }));
    expect(router.state.location.search).toBe('?at=4');
    expect(String(asked[0])).toBe('stream=node-pve-1&type=node_removed&limit=50');
  });

  it('goes on searching through parts of the log where nothing matches', async () => {
    server.use(
      http.get('/admin/audit', ({ request }) =>
        HttpResponse.json(
          new URL(request.url).searchParams.has('before')
            ? { items: [auditEvent({ position: 7 })], next_before: null }
            : { items: [], next_before: 5000 },
        ),
      ),
    );
    show('/?stream=node-pve-1');
    expect(await screen.findByText(/Nothing among these/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Go on searching' }));
    expect(await eventButton(7)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Show older|Go on/ })).not.toBeInTheDocument();
  });

  it('shows a refusal, also at its field, and tries again', async () => {
    server.use(
      http.get('/admin/audit', () =>
        refuse({ status: 422, errors: [{ pointer: '#/stream', detail: 'must be a stream' }] }),
      ),
    );
    show('/?stream=x');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('stream must be a stream');
    expect(screen.getByRole('textbox', { name: 'Stream' })).toBeInvalid();
    serveLog(1);
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await eventButton(1)).toBeInTheDocument();
  });

  it('shows older events, and keeps them when the stream tells of new ones', async () => {
    serveLog(120);
    show();
    await userEvent.click(await screen.findByText('Show older'));
    expect(await screen.findByText('text of event 21')).toBeInTheDocument();
    const asked = serveLog(122);
    FakeEventSource.live[0]?.send('alert', {});
    expect(await screen.findByText('text of event 122')).toBeInTheDocument();
    expect(screen.getAllByText(/^text of event/)).toHaveLength(102);
    expect(asked.map(String)).toEqual(['limit=50']);
  });
});

describe('the filters', () => {
  it('stand in the address, whoever sets them', async () => {
    const asked = serveLog(3);
    const { router } = show();
    await eventButton(3);
    const choose = async (label: string, option: string) => {
      await userEvent.click(screen.getByRole('combobox', { name: label }));
      await userEvent.click(await screen.findByRole('option', { name: option }));
    };
    await choose('Type', 'node registered');
    await choose('Actor', 'Berth, session');
    await userEvent.type(screen.getByRole('textbox', { name: 'Stream' }), 'node-pve-1{Enter}');
    const since = screen.getByLabelText('Since');
    await userEvent.type(since, '2026-11-26T09:00:00');
    await userEvent.tab();

    const at = new Date('2026-11-26T09:00:00').toISOString().replace('.000Z', 'Z');
    await waitFor(() =>
      expect(Object.fromEntries(asked.at(-1) ?? [])).toEqual({
        type: 'node_registered',
        actor: 'system:session',
        stream: 'node-pve-1',
        since: at,
        limit: '50',
      }),
    );
    expect(new URLSearchParams(router.state.location.search).get('since')).toBe(at);

    await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
    expect(router.state.location.search).toBe('');
    expect(screen.getByRole('textbox', { name: 'Stream' })).toHaveValue('');
  });

  it('take people by their login, and actors that are not listed as they are typed', async () => {
    serveLog(1);
    const { router } = show();
    const actor = await screen.findByRole('combobox', { name: 'Actor' });
    await userEvent.click(actor);
    await userEvent.click(await screen.findByRole('option', { name: 'ana' }));
    expect(router.state.location.search).toBe('?actor=user%3A2');
    await userEvent.clear(actor);
    await userEvent.type(actor, 'system:seed');
    await userEvent.click(await screen.findByRole('option', { name: 'Actor “system:seed”' }));
    expect(router.state.location.search).toBe('?actor=system%3Aseed');
    await waitFor(() => expect(actor).toHaveValue('Berth, seed'));
  });

  it('take a stream from one of its events', async () => {
    serveLog(1);
    const { router } = show('/?at=1');
    await userEvent.click(await screen.findByRole('link', { name: `session-${sessionId}` }));
    expect(router.state.location.search).toBe(`?at=1&stream=session-${sessionId}`);
  });
});
