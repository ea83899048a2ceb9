import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { FakeEventSource } from '../../test/FakeEventSource';
import { renderPage } from '../../test/render';
import { admin, adminSession, node, nodeDetail, user } from '../../test/samples';
import { refuse, server } from '../../test/server';
import type { ProxmoxNode, User } from '../../types/vm.types';
import { NodesPage } from './NodesPage';

const seven = Array.from({ length: 7 }, (_, index) => node({ name: `pve-${index + 1}` }));

function show(nodes: ProxmoxNode[] = [node()], { me = admin(), at = '/' }: { me?: User; at?: string } = {}) {
  server.use(http.get('/admin/nodes', () => HttpResponse.json({ items: nodes })));
  return renderPage(<NodesPage />, { me, at });
}

/** Plays one request of the API; gives what was sent. */
function answer(method: 'post' | 'patch' | 'delete', path: string, respond: () => Response) {
  const bodies: unknown[] = [];
  server.use(
    http[method](path, async ({ request }) => {
      const text = await request.text();
      bodies.push(text ? JSON.parse(text) : null);
      return respond();
    }),
  );
  return bodies;
}

const detailed = (over: Parameters<typeof nodeDetail>[0] = {}) =>
  server.use(http.get('/admin/nodes/:name', () => HttpResponse.json(nodeDetail(over))));

async function choose(action: string, name = 'pve-1') {
  const person = userEvent.setup();
  const dots = await screen.findByRole('button', { name: `Actions for ${name}` });
  await person.click(dots);
  await person.click(await screen.findByRole('menuitem', { name: action }));
  return { person, dots, dialog: within(await screen.findByRole('dialog')) };
}

describe('the page', () => {
  it('holds the place of cards while it loads', () => {
    show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 1, name: 'Nodes' })).toBeVisible();
  });

  it('shows all seven nodes as cards', async () => {
    show(seven);
    expect(await screen.findAllByRole('article')).toHaveLength(7);
  });

  it('says what to do while there are no nodes', async () => {
    show([]);
    expect(await screen.findByText('No nodes yet')).toBeVisible();
  });

  it('says what went wrong, and tries again', async () => {
    server.use(http.get('/admin/nodes', () => refuse({ status: 503, detail: 'try again in a moment' })));
    renderPage(<NodesPage />, { me: admin() });
    expect(await screen.findByText('try again in a moment')).toBeVisible();
    server.use(http.get('/admin/nodes', () => HttpResponse.json({ items: seven })));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findAllByRole('article')).toHaveLength(7);
  });

  it('follows the stream', async () => {
    show();
    await screen.findByRole('article');
    FakeEventSource.live[0]?.send('node_load', {
      name: 'pve-1',
      online: true,
      cpu_percent: 93,
      ram_used_mb: 1,
      ram_total_mb: 2,
      uptime_seconds: 1,
      sampled_at: '2026-11-26T09:00:00Z',
    });
    expect(await screen.findByRole('meter', { name: 'CPU' })).toHaveAttribute(
      'aria-valuetext',
      '93 %, Critical',
    );
  });

  it('has details but no actions for auditors', async () => {
    detailed();
    show([node()], { me: user({ role: 'auditor' }) });
    await userEvent.click(await screen.findByRole('button', { name: 'Details of pve-1' }));
    expect(await screen.findByRole('dialog', { name: 'Node pve-1' })).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Actions/ })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Register node' })).toBeNull();
  });
});

describe('the numbers above the cards', () => {
  const nodes = [
    node({ name: 'pve-1', active_vm_count: 3 }),
    node({ name: 'pve-2', active_vm_count: 4, cpu_percent: 95 }),
    node({ name: 'pve-3', active_vm_count: 0, status: 'offline', cpu_percent: null, ram_used_mb: null }),
  ];

  it('count', async () => {
    show(nodes);
    expect(await screen.findByRole('button', { name: /Online\s*2 of 3/ })).toBeVisible();
    expect(screen.getByRole('link', { name: /VMs\s*7/ })).toHaveAttribute('href', '/admin/sessions');
    expect(screen.getByRole('button', { name: /Critical\s*1/ })).toBeVisible();
    expect(screen.getByText(/ ago$/, { selector: '.panel > span' })).toBeVisible();
  });

  it('filter by keyboard, and the address keeps the filter', async () => {
    const { router } = show(nodes);
    const person = userEvent.setup();
    const tile = await screen.findByRole('button', { name: /Critical/ });
    tile.focus();
    await person.keyboard('{Enter}');
    expect(screen.getAllByRole('article')).toHaveLength(1);
    expect(tile).toHaveAttribute('aria-pressed', 'true');
    expect(router.state.location.search).toBe('?show=critical');
    expect(screen.getByText(/1 of 3 nodes shown: critical/)).toBeVisible();
    await person.keyboard(' ');
    expect(screen.getAllByRole('article')).toHaveLength(3);
    expect(router.state.location.search).toBe('');
  });

  it('begin with the filter of the address, and show all again', async () => {
    show(nodes, { at: '/?show=online' });
    expect(await screen.findAllByRole('article')).toHaveLength(2);
    await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(screen.getAllByRole('article')).toHaveLength(3);
  });
});

describe('details', () => {
  it('show load, RAM promised, and sessions with when the last ends', async () => {
    detailed({ load_score: 0.374, reserved_ram_mb: 16_384 });
    show();
    const { dialog } = await choose('Details');
    expect(await dialog.findByText('16 GiB')).toBeVisible();
    expect(dialog.getByText(/^0\.37/)).toBeVisible();
    expect(dialog.getByText(/^1 open session; the last ends on/)).toBeVisible();
    const link = dialog.getByRole('link', { name: 'ana · Ubuntu 22.04' });
    expect(link).toHaveAttribute('href', expect.stringMatching(/^\/sessions\//));
  });

  it('say that a node has no sessions', async () => {
    detailed({ sessions: [], last_session_ends_at: null });
    show();
    const { dialog } = await choose('Details');
    expect(await dialog.findByText('No sessions are on it.')).toBeVisible();
  });

  it('say what went wrong', async () => {
    server.use(http.get('/admin/nodes/:name', () => refuse({ status: 404, detail: 'no such node' })));
    show();
    const { dialog } = await choose('Details');
    expect((await dialog.findAllByText('no such node')).length).toBeGreaterThan(0);
  });
});

describe('actions', () => {
  it('give the focus back to where they began', async () => {
    detailed();
    show();
    const { person, dots } = await choose('Drain…');
    await person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(dots).toHaveFocus());
  });

  it('drain with a reason, after showing what it waits for', async () => {
    detailed({
      sessions: [adminSession(), adminSession({ id: 'b', status: 'expired', keeps_vm: true })],
    });
    show();
    const bodies = answer('post', '/admin/nodes/pve-1/drain', () => HttpResponse.json(nodeDetail()));
    const { person, dialog } = await choose('Drain…');
    expect(await dialog.findByText(/^1 open session.* 1 ended session with a VM/)).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Drain' })).toBeDisabled();
    await person.type(dialog.getByLabelText(/Reason/), 'new disks');
    await person.click(dialog.getByRole('button', { name: 'Drain' }));
    expect(await screen.findByText(/takes nothing new/)).toBeVisible();
    expect(bodies).toEqual([{ reason: 'new disks' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('warn before maintenance, and show a refusal where it was tried', async () => {
    detailed();
    show();
    answer('post', '/admin/nodes/pve-1/maintenance', () => {
      screen.getByRole('button', { name: 'Begin maintenance' }).blur(); // As browsers do to what is disabled.
      return refuse({ detail: 'not now' });
    });
    const { person, dialog } = await choose('Maintenance…');
    expect(dialog.getByText(/may vanish at any moment/)).toBeVisible();
    expect(await dialog.findByRole('link', { name: /ana/ })).toBeVisible();
    await person.type(dialog.getByLabelText(/Reason/), 'fan');
    await person.click(dialog.getByRole('button', { name: 'Begin maintenance' }));
    expect(await dialog.findByText('not now')).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Begin maintenance' })).toHaveFocus();
  });

  it('begin maintenance with a reason', async () => {
    detailed();
    show();
    const bodies = answer('post', '/admin/nodes/pve-1/maintenance', () => HttpResponse.json(nodeDetail()));
    const { person, dialog } = await choose('Maintenance…');
    await person.type(dialog.getByLabelText(/Reason/), 'fan{Enter}');
    expect(await screen.findByText('pve-1 is in maintenance.')).toBeVisible();
    expect(bodies).toEqual([{ reason: 'fan' }]);
  });

  it('bring it back into service', async () => {
    show([node({ mode: 'draining' })]);
    const bodies = answer('post', '/admin/nodes/pve-1/return', () => HttpResponse.json(nodeDetail()));
    const { person, dialog } = await choose('Back in service…');
    await person.click(dialog.getByRole('button', { name: 'Back in service' }));
    expect(await screen.findByText('pve-1 is back in service.')).toBeVisible();
    expect(bodies).toHaveLength(1);
  });

  it('do not offer to remove what is in service', async () => {
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for pve-1' }));
    expect(await screen.findByRole('menuitem', { name: 'Drain…' })).toBeVisible();
    expect(screen.queryByRole('menuitem', { name: 'Remove…' })).toBeNull();
  });

  it('remove, unless the API refuses', async () => {
    show([node({ mode: 'maintenance' })]);
    answer('delete', '/admin/nodes/pve-1', () => refuse({ detail: 'the node pve-1 still has 2 sessions' }));
    const { person, dialog } = await choose('Remove…');
    await person.click(dialog.getByRole('button', { name: 'Remove' }));
    expect(await dialog.findByText('the node pve-1 still has 2 sessions')).toBeVisible();
    const bodies = answer('delete', '/admin/nodes/pve-1', () => new HttpResponse(null, { status: 204 }));
    await person.click(dialog.getByRole('button', { name: 'Remove' }));
    expect(await screen.findByText('pve-1 is removed.')).toBeVisible();
    expect(bodies).toEqual([null]);
  });

  it('change limit and host name, and show at the field what is wrong with it', async () => {
    show();
    answer('patch', '/admin/nodes/pve-1', () =>
      refuse({ status: 422, errors: [{ pointer: '#/max_vms', detail: 'must be less' }] }),
    );
    const { person, dialog } = await choose('Change limit…');
    const limit = dialog.getByLabelText(/VMs at most/);
    await person.clear(limit);
    await person.type(limit, '40');
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('must be less')).toBeVisible();
    expect(limit).toHaveAccessibleDescription(/must be less/);
    const bodies = answer('patch', '/admin/nodes/pve-1', () => HttpResponse.json(nodeDetail()));
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('pve-1 is changed.')).toBeVisible();
    expect(bodies).toEqual([{ hostname: 'pve-1.lab.example', max_vms: 40 }]);
  });
});

describe('registering', () => {
  async function fill() {
    show();
    const person = userEvent.setup();
    await person.click(screen.getByRole('button', { name: 'Register node' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Register node' }));
    await person.type(dialog.getByLabelText(/^Name/), 'pve-8');
    await person.type(dialog.getByLabelText(/Host name/), 'pve-8.lab.example');
    return { person, dialog };
  }

  it('sends name, host name and limit', async () => {
    const { person, dialog } = await fill();
    const bodies = answer('post', '/admin/nodes', () => HttpResponse.json(node({ name: 'pve-8' })));
    await person.click(dialog.getByRole('button', { name: 'Register' }));
    expect(await screen.findByText(/pve-8 is in service/)).toBeVisible();
    expect(bodies).toEqual([{ name: 'pve-8', hostname: 'pve-8.lab.example', max_vms: 50 }]);
  });

  it('shows at its field what the cluster says', async () => {
    const { person, dialog } = await fill();
    answer('post', '/admin/nodes', () =>
      refuse({
        status: 422,
        errors: [{ pointer: '#/name', detail: 'the cluster has no node of this name' }],
      }),
    );
    await person.click(dialog.getByRole('button', { name: 'Register' }));
    expect(await dialog.findByText('the cluster has no node of this name')).toBeVisible();
    expect(dialog.getByLabelText(/^Name/)).toBeInvalid();
    expect(dialog.getByLabelText(/^Name/)).toHaveFocus();
    expect(dialog.queryByRole('alert')).toBeNull();
  });

  it('says above the buttons what belongs to no field', async () => {
    const { person, dialog } = await fill();
    answer('post', '/admin/nodes', () => refuse({ detail: 'the node pve-8 is registered already' }));
    await person.click(dialog.getByRole('button', { name: 'Register' }));
    expect(await dialog.findByRole('alert')).toHaveTextContent('the node pve-8 is registered already');
  });
});
