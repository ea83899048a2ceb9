import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, expect, it, vi } from 'vitest';
import { FakeEventSource } from '../../test/FakeEventSource';
import { renderPage } from '../../test/render';
import { admin, adminSession, node, pending, sessionId, user } from '../../test/samples';
import { refuse, server } from '../../test/server';
import type { AdminSession, Placement, User } from '../../types/vm.types';
import { AllSessionsPage } from './AllSessionsPage';

const other = '01JD0000000000000000000002';

function show(at = '/', me: User = admin()) {
  return renderPage(<AllSessionsPage />, { me, at });
}

/** Answers with pages of sessions, and remembers what was asked. */
function serve(...pages: AdminSession[][]) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get('/admin/sessions', ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(search);
      const page = Number(search.get('cursor') ?? 0);
      const next = page + 1 < pages.length ? String(page + 1) : null;
      return HttpResponse.json({ items: pages[page], next_cursor: next });
    }),
  );
  return asked;
}

const placement = (): Placement => ({
  session_id: sessionId,
  attempts: [
    {
      attempt: 1,
      at: '2026-11-26T09:00:01Z',
      node: 'pve-2',
      explanation: 'pve-1 is offline (4 of 50 VMs); pve-2 is chosen (1 of 50 VMs)',
      considered: [
        {
          node: 'pve-1',
          verdict: 'offline',
          score: 0,
          measured_score: 0,
          sample_age_seconds: 0,
          reserved_ram_mb: 0,
          vms: 4,
          max_vms: 50,
        },
        {
          node: 'pve-2',
          verdict: 'chosen',
          score: 0.412,
          measured_score: 0.37,
          sample_age_seconds: 3,
          reserved_ram_mb: 8192,
          vms: 1,
          max_vms: 50,
        },
      ],
    },
  ],
});
const servePlacement = () =>
  server.use(http.get('/admin/sessions/:id/placement', () => HttpResponse.json(placement())));

afterEach(() => vi.restoreAllMocks());

it('waits with a skeleton, then lists sessions with owner, state in words, node and a way to each', async () => {
  serve([
    adminSession({ expires_at: new Date(Date.now() + 90_000_000).toISOString() }),
    adminSession({ ...pending(), id: other, owner_login: 'ben', owner_id: 3, node_name: null }),
    adminSession({ id: '01JD0000000000000000000003', status: 'failed', provisioning_step: 'deleting' }),
    adminSession({
      id: '01JD0000000000000000000004',
      status: 'failed',
      provisioning_step: 'closed',
      end_reason: 'provisioning_failed',
      detail: 'the storage is full',
    }),
    adminSession({
      id: '01JD0000000000000000000005',
      status: 'expired',
      provisioning_step: 'deleting',
      end_reason: 'ended_by_admin',
      detail: 'patches',
    }),
  ]);
  show();
  expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();

  const [, first, second, , failed, ended] = await screen.findAllByRole('row');
  expect(screen.getAllByRole('link', { name: /^Ubuntu 22.04 of ana/ })[0]).toHaveAttribute(
    'href',
    `/sessions/${sessionId}`,
  );
  expect(first).toHaveTextContent('ephemeral');
  expect(first).toHaveTextContent('pve-1');
  expect(first).toHaveTextContent(/\d+:\d\d:\d\d left/);
  expect(second).toHaveTextContent('ben');
  expect(second).toHaveTextContent('Cloning the template');
  expect(second).toHaveTextContent('None yet');
  expect(failed).toHaveTextContent('No machine could be provided');
  expect(failed).toHaveTextContent('the storage is full');
  expect(failed).toHaveTextContent('Over');
  expect(ended).toHaveTextContent('An admin ended it: patches · Destroying the VM');
  expect(screen.getByText('5 sessions shown')).toBeInTheDocument();
});

it('says that there is no session at all', async () => {
  serve([]);
  show();
  expect(await screen.findByText('No session yet')).toBeInTheDocument();
});

it('says that none matches, and takes the filters away', async () => {
  const asked = serve([]);
  const { router } = show('/?status=failed&owner=2&node=pve-1&open=true');
  await userEvent.click(await screen.findByRole('button', { name: 'Clear the filters' }));
  expect(await screen.findByText('No session yet')).toBeInTheDocument();
  expect(router.state.location.search).toBe('');
  expect(String(asked[0])).toBe('status=failed&owner=2&node=pve-1&open=true');
  expect(String(asked.at(-1))).toBe('');
});

it('shows a refusal and tries again', async () => {
  server.use(http.get('/admin/sessions', () => refuse({ status: 503, title: 'Not now' })));
  show();
  expect(await screen.findByRole('alert')).toHaveTextContent('Not now');
  serve([adminSession()]);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('1 session shown')).toBeInTheDocument();
});

it('keeps each filter in the address and asks for it', async () => {
  server.use(
    http.get('/admin/users', () => HttpResponse.json({ items: [user(), user({ id: 3, login: 'ben' })] })),
    http.get('/admin/nodes', () => HttpResponse.json({ items: [node(), node({ name: 'pve-2' })] })),
  );
  const asked = serve([adminSession()]);
  const { router } = show();
  await screen.findByText('1 session shown');

  const choose = async (label: string, option: string) => {
    await userEvent.click(screen.getByRole('combobox', { name: label }));
    await userEvent.click(await screen.findByRole('option', { name: option }));
  };
  await choose('Status', 'Active');
  await userEvent.type(screen.getByRole('combobox', { name: 'Owner' }), 'be');
  await choose('Owner', 'ben');
  await choose('Node', 'pve-2');
  await userEvent.click(screen.getByRole('switch', { name: 'Only open' }));

  await waitFor(() => expect(String(asked.at(-1))).toBe('status=active&owner=3&node=pve-2&open=true'));
  expect(router.state.location.search).toBe('?status=active&owner=3&node=pve-2&open=true');

  await userEvent.click(screen.getByRole('switch', { name: 'Only open' }));
  await choose('Status', 'Active');
  await waitFor(() => expect(router.state.location.search).toBe('?owner=3&node=pve-2'));
});

it('still shows what is filtered by when there are no lists to choose from', async () => {
  server.use(
    http.get('/admin/users', () => refuse({ status: 503 })),
    http.get('/admin/nodes', () => refuse({ status: 503 })),
  );
  serve([adminSession()]);
  show('/?owner=9&node=pve-9');
  await screen.findByText('1 session shown');
  expect(screen.getByRole('combobox', { name: 'Owner' })).toHaveValue('User 9');
  expect(screen.getByRole('combobox', { name: 'Node' })).toHaveValue('pve-9');
});

it('shows more by the cursor, and keeps the pages when the stream tells of a change', async () => {
  const first = adminSession();
  const second = adminSession({ id: other, owner_login: 'ben' });
  serve([first], [second]);
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }));
  expect(await screen.findByText('2 sessions shown')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Show more' })).not.toBeInTheDocument();

  const asked = serve([first], [{ ...second, owner_login: 'eva' }]);
  FakeEventSource.live[0]?.send('session', { session: first });
  expect(await screen.findByText('eva')).toBeInTheDocument();
  expect(asked.map((search) => search.get('cursor'))).toEqual([null, '1']);
});

it('explains a placement beside the list; Back closes it', async () => {
  serve([adminSession()]);
  servePlacement();
  const { router } = show('/?status=active');
  const button = await screen.findByRole('button', { name: /^Why here: Ubuntu 22.04 of ana/ });
  await userEvent.click(button);
  expect(router.state.location.search).toBe(`?status=active&placement=${sessionId}`);

  const drawer = await screen.findByRole('dialog', { name: 'Why here' });
  expect(await within(drawer).findByRole('heading', { name: 'Attempt 1: pve-2' })).toBeInTheDocument();
  expect(drawer).toHaveTextContent('pve-1 is offline (4 of 50 VMs); pve-2 is chosen (1 of 50 VMs)');
  const [, chosen, offline] = within(drawer).getAllByRole('row');
  for (const text of ['pve-2', 'Chosen', '0.41', '0.37', '8 GiB', '1 of 50', '3 s old'])
    expect(chosen).toHaveTextContent(text);
  for (const text of ['pve-1', 'Offline', 'none', '4 of 50']) expect(offline).toHaveTextContent(text);

  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(router.state.location.search).toBe('?status=active');
  expect(router.state.historyAction).toBe('POP');
  await waitFor(() => expect(button).toHaveFocus());
});

it('opens a placement from a link, and closing it leaves the page', async () => {
  serve([adminSession()]);
  server.use(
    http.get('/admin/sessions/:id/placement', () => HttpResponse.json({ ...placement(), attempts: [] })),
  );
  const { router } = show(`/?placement=${sessionId}`);
  expect(await screen.findByText('No node was chosen')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(router.state.location.search).toBe(''));
  expect(screen.getByRole('heading', { name: 'All sessions' })).toBeInTheDocument();
});

it('shows why a placement cannot be explained', async () => {
  serve([adminSession()]);
  server.use(
    http.get('/admin/sessions/:id/placement', () =>
      refuse({ status: 404, detail: 'There is no such session.' }),
    ),
  );
  show(`/?placement=${other}`);
  expect(await screen.findByText('There is no such session.')).toBeInTheDocument();
});

it('ends a session with a reason, and asks for the list anew', async () => {
  const bodies: unknown[] = [];
  const asked = serve([adminSession()]);
  server.use(
    http.post('/admin/sessions/:id/end', async ({ request }) => {
      bodies.push(new URL(request.url).pathname, await request.json());
      return HttpResponse.json(adminSession());
    }),
  );
  show();
  await userEvent.click(await screen.findByRole('button', { name: /^End: Ubuntu 22.04 of ana/ }));
  const before = asked.length;
  await userEvent.type(await screen.findByRole('textbox', { name: /Reason/ }), 'patches{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(bodies).toEqual([`/admin/sessions/${sessionId}/end`, { reason: 'patches' }]);
  await waitFor(() => expect(asked.length).toBe(before + 1));
});

it('shows in the dialog why a session cannot be ended', async () => {
  serve([adminSession({ session_type: 'persistent' })]);
  server.use(http.post('/admin/sessions/:id/end', () => refuse({ detail: 'The session is over.' })));
  show();
  await userEvent.click(await screen.findByRole('button', { name: /^End: / }));
  const dialog = await screen.findByRole('dialog', { name: 'End this session' });
  expect(dialog).toHaveTextContent('Its VM is shut down and kept.');
  await userEvent.type(within(dialog).getByRole('textbox'), 'patches');
  await userEvent.click(within(dialog).getByRole('button', { name: 'End the session' }));
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('The session is over.');
});

it('lets auditors look but not end, and nobody end what is over', async () => {
  serve([adminSession(), adminSession({ id: other, status: 'expired', end_reason: 'deadline' })]);
  const { unmount } = show('/', user({ role: 'auditor' }));
  expect(await screen.findAllByRole('button', { name: /^Why here/ })).toHaveLength(2);
  expect(screen.queryByRole('button', { name: /^End/ })).not.toBeInTheDocument();
  unmount();
  show();
  expect(await screen.findAllByRole('button', { name: /^End: / })).toHaveLength(1);
});

it('shows cards instead of a table where there is no room', async () => {
  vi.spyOn(window, 'matchMedia').mockImplementation((media) =>
    Object.assign(new EventTarget(), {
      media,
      matches: media.includes('48em'),
      onchange: null,
      addListener: vi.fn(),
      removeListener: vi.fn(),
    }),
  );
  serve([adminSession()]);
  show();
  const cards = await screen.findByRole('list', { name: 'Sessions' });
  expect(within(cards).getByRole('listitem')).toHaveTextContent('ana on pve-1');
  expect(screen.queryByRole('table')).not.toBeInTheDocument();
});

it('leaves no clock and no stream behind', async () => {
  const clear = vi.spyOn(globalThis, 'clearInterval');
  serve([adminSession()]);
  const { unmount } = show();
  await screen.findByText(/left/);
  clear.mockClear();
  unmount();
  expect(clear).toHaveBeenCalled();
  expect(FakeEventSource.live).toHaveLength(0);
});
