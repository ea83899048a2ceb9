import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { keys } from '../../live/keys';
import { renderPage } from '../../test/render';
import { admin, adminTemplate, user } from '../../test/samples';
import { refuse, server } from '../../test/server';
import type { AdminTemplate, User } from '../../types/vm.types';
import { TemplatesPage } from './TemplatesPage';

function show(templates: AdminTemplate[] = [adminTemplate()], me: User = admin()) {
  server.use(http.get('/admin/templates', () => HttpResponse.json({ items: templates })));
  return renderPage(<TemplatesPage />, { me });
}

/** Plays one template of the API, in this version. */
function serve(over: Partial<AdminTemplate> = {}) {
  const template = adminTemplate(over);
  server.use(
    http.get('/admin/templates/2', () =>
      HttpResponse.json(template, { headers: { ETag: `"${template.version}"` } }),
    ),
  );
}

/** Plays one change; gives what was sent, and for which version. */
function answer(method: 'post' | 'patch', path: string, respond: () => Response) {
  const sent: { body: unknown; tag: string | null }[] = [];
  server.use(
    http[method](path, async ({ request }) => {
      sent.push({ body: await request.json(), tag: request.headers.get('If-Match') });
      return respond();
    }),
  );
  return sent;
}

async function choose(action: string) {
  const person = userEvent.setup();
  await person.click(await screen.findByRole('button', { name: 'Actions for Ubuntu 22.04' }));
  await person.click(await screen.findByRole('menuitem', { name: action }));
  return { person, dialog: within(await screen.findByRole('dialog')) };
}

async function change() {
  serve();
  show();
  const { person, dialog } = await choose('Change…');
  const name = await dialog.findByLabelText(/^Name/);
  return { person, dialog, name };
}

describe('the page', () => {
  it('holds the place of the table while it loads', () => {
    show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
  });

  it('shows all templates, disabled ones too, each in words', async () => {
    show([adminTemplate({ desktop_user: 'dev' }), adminTemplate({ id: 3, name: 'Kali', is_active: false })]);
    const table = within(await screen.findByRole('table', { name: 'Templates' }));
    const ubuntu = within(table.getByRole('row', { name: /Ubuntu/ }));
    expect(ubuntu.getByRole('img', { name: 'Linux' })).toBeVisible();
    expect(ubuntu.getByText('VNC as dev')).toBeVisible();
    expect(ubuntu.getByText('4 cores · 8 GiB RAM · 60 GiB disk')).toBeVisible();
    expect(ubuntu.getByText('9001')).toBeVisible();
    expect(ubuntu.getByText('Active')).toBeVisible();
    expect(within(table.getByRole('row', { name: /Kali/ })).getByText('Disabled')).toBeVisible();
  });

  it('leads to the first template', async () => {
    show([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Create the first template' }));
    expect(await screen.findByRole('dialog', { name: 'New template' })).toBeVisible();
  });

  it('says what went wrong, and tries again', async () => {
    server.use(http.get('/admin/templates', () => refuse({ status: 503, detail: 'in a moment' })));
    renderPage(<TemplatesPage />, { me: admin() });
    expect(await screen.findByText('in a moment')).toBeVisible();
    server.use(http.get('/admin/templates', () => HttpResponse.json({ items: [adminTemplate()] })));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('table')).toBeVisible();
  });

  it('filters by name, tag, VMID and state, and shows all again', async () => {
    show([
      adminTemplate(),
      adminTemplate({ id: 3, name: 'Kali', tags: ['lab'], template_vmid: 9002, is_active: false }),
    ]);
    const person = userEvent.setup();
    const filter = await screen.findByLabelText('Filter templates');
    for (const wanted of ['KAL', 'lab', '9002', 'disabled']) {
      await person.clear(filter);
      await person.type(filter, wanted);
      expect(screen.getByText('Kali')).toBeVisible();
      expect(screen.queryByText('Ubuntu 22.04')).toBeNull();
    }
    await person.type(filter, ' nothing');
    await person.click(screen.getByRole('button', { name: 'Show all' }));
    expect(screen.getByText('Ubuntu 22.04')).toBeVisible();
  });

  it('has no actions for auditors', async () => {
    show([adminTemplate()], user({ role: 'auditor' }));
    await screen.findByRole('table');
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.queryByRole('columnheader', { name: 'Actions' })).toBeNull();
  });
});

describe('creating', () => {
  async function fill() {
    show();
    const person = userEvent.setup();
    await person.click(screen.getByRole('button', { name: 'New template' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New template' }));
    await person.type(dialog.getByLabelText(/^Name/), 'Kali');
    await person.type(dialog.getByLabelText(/VMID/), '9002');
    return { person, dialog, create: () => person.click(dialog.getByRole('button', { name: 'Create' })) };
  }

  it('sends what was typed, and the API’s hardware for the rest', async () => {
    const { person, dialog, create } = await fill();
    const sent = answer('post', '/admin/templates', () =>
      HttpResponse.json(adminTemplate({ name: 'Kali' }), { status: 201 }),
    );
    await person.selectOptions(dialog.getByLabelText('Operating system'), 'kali');
    await person.selectOptions(dialog.getByLabelText('Protocol'), 'rdp');
    await person.type(dialog.getByLabelText('Tags', { selector: 'input' }), 'lab{Enter}');
    await person.type(dialog.getByLabelText('Account in the guest'), 'kali');
    await person.click(dialog.getByRole('checkbox'));
    await create();
    expect(await screen.findByText('Kali is saved.')).toBeVisible();
    expect(sent[0]?.body).toEqual({
      name: 'Kali',
      os_type: 'kali',
      protocol: 'rdp',
      template_vmid: 9002,
      cpu_cores: 4,
      ram_mb: 4096,
      disk_gb: 50,
      tags: ['lab'],
      desktop_user: 'kali',
      desktop_port: 0,
      await_desktop: true,
    });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says how much RAM that is', async () => {
    const { person, dialog } = await fill();
    const ram = dialog.getByLabelText(/RAM in MiB/);
    expect(ram).toHaveAccessibleDescription('That is 4 GiB.');
    await person.clear(ram);
    await person.type(ram, '6656');
    expect(ram).toHaveAccessibleDescription('That is 6.5 GiB.');
  });

  it('shows at its field what Proxmox says', async () => {
    const { dialog, create } = await fill();
    answer('post', '/admin/templates', () =>
      refuse({ status: 422, errors: [{ pointer: '#/template_vmid', detail: 'Proxmox has no VM 9002' }] }),
    );
    await create();
    expect(await dialog.findByText('Proxmox has no VM 9002')).toBeVisible();
    expect(dialog.getByLabelText(/VMID/)).toBeInvalid();
    expect(dialog.queryByRole('alert')).toBeNull();
  });

  it('says where Proxmox’s template differs, and lets it be so', async () => {
    const { person, dialog, create } = await fill();
    const warnings = ['VM 9002 has 2 cores in Proxmox, not 4: its sessions get 4 cores'];
    answer('post', '/admin/templates', () => HttpResponse.json(adminTemplate({ warnings }), { status: 201 }));
    await create();
    expect(await dialog.findByText("Proxmox's template differs")).toBeVisible();
    expect(dialog.getByText(/its sessions get 4 cores/)).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Keep it so' })).toHaveFocus();
    await person.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('leads from a difference back to the template', async () => {
    const { person, dialog, create } = await fill();
    answer('post', '/admin/templates', () =>
      HttpResponse.json(adminTemplate({ warnings: ['other'] }), { status: 201 }),
    );
    await create();
    serve({ version: 7 });
    await person.click(await dialog.findByRole('button', { name: 'Change it again' }));
    const sent = answer('patch', '/admin/templates/2', () => HttpResponse.json(adminTemplate()));
    await person.click(await dialog.findByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent[0]?.tag).toBe('"7"'));
  });
});

describe('changing', () => {
  it('sends the change for the version that was read', async () => {
    const { person, dialog, name } = await change();
    expect(name).toHaveValue('Ubuntu 22.04');
    await person.clear(name);
    await person.type(name, 'Ubuntu');
    const sent = answer('patch', '/admin/templates/2', () => HttpResponse.json(adminTemplate()));
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sent[0]?.tag).toBe('"1"');
    expect(sent[0]?.body).toMatchObject({ name: 'Ubuntu', template_vmid: 9001, ram_mb: 8192 });
  });

  it('says that somebody else was faster, and loads it anew', async () => {
    const { person, dialog, name } = await change();
    await person.type(name, ' LTS');
    answer('patch', '/admin/templates/2', () =>
      refuse({ status: 412, type: '/problems/precondition-failed', detail: 'it is another version' }),
    );
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText(/Somebody else has changed this template/)).toBeVisible();
    serve({ version: 2, name: 'Debian 12' });
    await person.click(dialog.getByRole('button', { name: /Load it anew/ }));
    await waitFor(() => expect(dialog.getByLabelText(/^Name/)).toHaveValue('Debian 12'));
    expect(dialog.getByLabelText(/^Name/)).toHaveFocus();
    const sent = answer('patch', '/admin/templates/2', () => HttpResponse.json(adminTemplate()));
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent[0]?.tag).toBe('"2"'));
  });

  it('warns as soon as somebody else saves, and keeps what was typed', async () => {
    serve();
    const { cache } = show();
    const { person, dialog } = await choose('Change…');
    const name = await dialog.findByLabelText(/^Name/);
    await person.type(name, ' LTS');
    serve({ version: 2 });
    await cache.invalidateQueries({ queryKey: keys.template(2) });
    expect(await dialog.findByText('This template has just been changed')).toBeVisible();
    expect(name).toHaveValue('Ubuntu 22.04 LTS');
    const sent = answer('patch', '/admin/templates/2', () => HttpResponse.json(adminTemplate()));
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent[0]?.tag).toBe('"1"'));
  });

  it('says that the template cannot be read', async () => {
    server.use(http.get('/admin/templates/2', () => refuse({ status: 404, detail: 'no such template' })));
    show();
    const { dialog } = await choose('Change…');
    expect(await dialog.findByText('no such template')).toBeVisible();
  });
});

describe('disabling', () => {
  it('asks first, and says what goes on', async () => {
    show();
    const { person, dialog } = await choose('Disable…');
    expect(dialog.getByText(/Sessions that run go on/)).toBeVisible();
    const sent = answer('patch', '/admin/templates/2', () => HttpResponse.json(adminTemplate()));
    await person.click(dialog.getByRole('button', { name: 'Disable' }));
    expect(await screen.findByText('Ubuntu 22.04 is disabled.')).toBeVisible();
    expect(sent[0]?.body).toEqual({ is_active: false });
  });

  it('can be taken back', async () => {
    show([adminTemplate({ is_active: false })]);
    const { person, dialog } = await choose('Enable…');
    const sent = answer('patch', '/admin/templates/2', () => HttpResponse.json(adminTemplate()));
    await person.click(dialog.getByRole('button', { name: 'Enable' }));
    expect(await screen.findByText('Ubuntu 22.04 is enabled.')).toBeVisible();
    expect(sent[0]?.body).toEqual({ is_active: true });
  });

  it('shows a refusal where it was tried', async () => {
    show();
    const { person, dialog } = await choose('Disable…');
    answer('patch', '/admin/templates/2', () => refuse({ status: 503, detail: 'nothing can be recorded' }));
    await person.click(dialog.getByRole('button', { name: 'Disable' }));
    expect(await dialog.findByText('nothing can be recorded')).toBeVisible();
  });
});
