import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../test/render';
import { admin, user } from '../../test/samples';
import { refuse, server } from '../../test/server';
import type { User } from '../../types/vm.types';
import { UsersPage } from './UsersPage';

const ana = user({ open_sessions: 1 });

function show(users: User[] = [admin(), ana], me: User = admin()) {
  server.use(http.get('/admin/users', () => HttpResponse.json({ items: users })));
  server.use(http.get('/me', () => HttpResponse.json(me)));
  return renderPage(<UsersPage />, { me });
}

/** Plays one request of the API; gives what was sent. */
function answer(method: 'post' | 'patch' | 'put', path: string, respond: () => Response) {
  const bodies: unknown[] = [];
  server.use(
    http[method](path, async ({ request }) => {
      bodies.push(await request.json());
      return respond();
    }),
  );
  return bodies;
}
const done = () => new HttpResponse(null, { status: 204 });

async function openMenu(login = 'ana') {
  const person = userEvent.setup();
  await person.click(await screen.findByRole('button', { name: `Actions for ${login}` }));
  await screen.findByRole('menu');
  return person;
}

async function choose(action: string, login = 'ana') {
  const person = await openMenu(login);
  await person.click(screen.getByRole('menuitem', { name: action }));
  return { person, dialog: within(await screen.findByRole('dialog')) };
}

describe('the page', () => {
  it('holds the place of the table while it loads', () => {
    show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 1, name: 'Users & quotas' })).toBeVisible();
  });

  it('shows role, quota, password and state of everybody in words', async () => {
    show([admin(), ana, user({ id: 3, login: 'ben', has_password: false, is_active: false })]);
    const table = within(await screen.findByRole('table', { name: 'Users' }));
    const row = within(table.getByRole('row', { name: /^ana/ }));
    for (const text of ['engineer', '1 of 2 open', 'Set', 'Active'])
      expect(row.getByText(text)).toBeVisible();
    const ben = within(table.getByRole('row', { name: /^ben/ }));
    for (const text of ['Not set', 'Disabled']) expect(ben.getByText(text)).toBeVisible();
    expect(within(table.getByRole('row', { name: /^root/ })).getByText('(you)')).toBeVisible();
  });

  it('says what went wrong, and tries again', async () => {
    server.use(http.get('/admin/users', () => refuse({ status: 503, detail: 'in a moment' })));
    renderPage(<UsersPage />, { me: admin() });
    expect(await screen.findByText('in a moment')).toBeVisible();
    server.use(http.get('/admin/users', () => HttpResponse.json({ items: [ana] })));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('table')).toBeVisible();
  });

  it('finds users by login, role and state', async () => {
    show([admin(), user({ is_active: false })]);
    const person = userEvent.setup();
    const filter = await screen.findByLabelText('Filter users');
    for (const wanted of ['AN', 'engin', 'disabled']) {
      await person.clear(filter);
      await person.type(filter, wanted);
      expect(screen.getByText('ana')).toBeVisible();
      expect(screen.queryByText('root')).toBeNull();
    }
    await person.type(filter, 'x');
    expect(screen.getByText('Nobody matches')).toBeVisible();
    await person.click(screen.getByRole('button', { name: 'Show all' }));
    expect(screen.getByText('root')).toBeVisible();
  });

  it('leads to somebody’s sessions and to what they did', async () => {
    show();
    await openMenu();
    expect(screen.getByRole('menuitem', { name: 'Sessions' })).toHaveAttribute(
      'href',
      '/admin/sessions?owner=2',
    );
    expect(screen.getByRole('menuitem', { name: 'What they did' })).toHaveAttribute(
      'href',
      '/admin/audit?actor=user:2',
    );
  });

  it('has links but no actions for auditors', async () => {
    show([ana], user({ id: 4, role: 'auditor' }));
    await openMenu();
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual([
      'Sessions',
      'What they did',
    ]);
    expect(screen.queryByRole('button', { name: 'New user' })).toBeNull();
  });
});

describe('creating', () => {
  async function fill() {
    show();
    const person = userEvent.setup();
    await person.click(screen.getByRole('button', { name: 'New user' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New user' }));
    await person.type(dialog.getByLabelText(/^Login/), 'cleo');
    return { person, dialog, create: () => person.click(dialog.getByRole('button', { name: 'Create' })) };
  }
  const cleo = () => HttpResponse.json(user({ id: 5, login: 'cleo' }), { status: 201 });

  it('needs no password', async () => {
    const { person, dialog, create } = await fill();
    const bodies = answer('post', '/admin/users', cleo);
    await person.selectOptions(dialog.getByLabelText('Role'), 'auditor');
    expect(dialog.getByText(/Sees everything/)).toBeVisible();
    await create();
    expect(await screen.findByText('cleo is created.')).toBeVisible();
    expect(bodies).toEqual([{ login: 'cleo', role: 'auditor', quota: 2 }]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('shows a generated password once more, to pass it on', async () => {
    const { person, dialog, create } = await fill();
    const bodies = answer('post', '/admin/users', cleo);
    await person.click(dialog.getByRole('button', { name: 'Generate' }));
    const typed = dialog.getByLabelText<HTMLInputElement>('Password');
    expect(typed.value).toHaveLength(20);
    expect(typed.type).toBe('text');
    const password = typed.value;
    await create();
    expect(await dialog.findByLabelText('Password of cleo')).toHaveValue(password);
    expect(bodies).toEqual([{ login: 'cleo', role: 'engineer', quota: 2, password }]);
    await person.click(dialog.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('is sent once, however often Enter is pressed', async () => {
    const { person, dialog } = await fill();
    const bodies = answer('post', '/admin/users', cleo);
    await person.type(dialog.getByLabelText(/^Login/), '{Enter}{Enter}{Enter}');
    expect(await screen.findByText('cleo is created.')).toBeVisible();
    expect(bodies).toHaveLength(1);
  });

  it('shows at its field what is wrong with it', async () => {
    const { dialog, create } = await fill();
    answer('post', '/admin/users', () =>
      refuse({ status: 422, errors: [{ pointer: '#/login', detail: 'has a space' }] }),
    );
    await create();
    expect(await dialog.findByText('has a space')).toBeVisible();
    expect(dialog.getByLabelText(/^Login/)).toBeInvalid();
  });

  it('says that the login is taken', async () => {
    const { dialog, create } = await fill();
    answer('post', '/admin/users', () => refuse({ detail: 'the login cleo is taken' }));
    await create();
    expect(await dialog.findByRole('alert')).toHaveTextContent('the login cleo is taken');
  });
});

describe('role and quota', () => {
  it('are sent when they change, and only then', async () => {
    show();
    const { person, dialog } = await choose('Role and quota…');
    const bodies = answer('patch', '/admin/users/2', () => HttpResponse.json(ana));
    const quota = dialog.getByLabelText(/Quota/);
    await person.clear(quota);
    await person.type(quota, '0');
    expect(dialog.getByText(/open sessions go on/)).toBeVisible();
    await person.clear(quota);
    await person.type(quota, '4');
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('ana is changed.')).toBeVisible();
    expect(bodies).toEqual([{ quota: 4 }]);
  });

  it('cannot take away the last admin', async () => {
    show();
    const { person, dialog } = await choose('Role and quota…', 'root');
    const bodies = answer('patch', '/admin/users/1', () =>
      refuse({ detail: 'no active admin would be left' }),
    );
    await person.selectOptions(dialog.getByLabelText('Role'), 'auditor');
    expect(dialog.getByText(/This is you/)).toBeVisible();
    await person.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('no active admin would be left')).toBeVisible();
    expect(bodies).toEqual([{ role: 'auditor' }]);
  });
});

describe('disabling', () => {
  it('says what ends and what goes on, and asks why', async () => {
    show();
    const { person, dialog } = await choose('Disable…');
    expect(dialog.getByText(/tokens and sign-ins of ana end at once.*Sessions that run go on/)).toBeVisible();
    const reason = dialog.getByLabelText(/Reason/);
    expect(reason).toHaveAttribute('maxlength', '100');
    await person.type(reason, 'left');
    const bodies = answer('patch', '/admin/users/2', () => HttpResponse.json(ana));
    await person.click(dialog.getByRole('button', { name: 'Disable' }));
    expect(await screen.findByText('ana is disabled.')).toBeVisible();
    expect(bodies).toEqual([{ is_active: false, reason: 'left' }]);
  });

  it('warns who disables themselves, and shows the refusal', async () => {
    show();
    const { person, dialog } = await choose('Disable…', 'root');
    expect(dialog.getByText(/This is you/)).toBeVisible();
    answer('patch', '/admin/users/1', () => refuse({ detail: 'no active admin would be left' }));
    await person.type(dialog.getByLabelText(/Reason/), 'tired{Enter}');
    expect(await dialog.findByText('no active admin would be left')).toBeVisible();
  });

  it('can be taken back', async () => {
    show([user({ is_active: false })]);
    const { person, dialog } = await choose('Enable…');
    const bodies = answer('patch', '/admin/users/2', () => HttpResponse.json(ana));
    await person.click(dialog.getByRole('button', { name: 'Enable' }));
    expect(await screen.findByText('ana is enabled.')).toBeVisible();
    expect(bodies).toEqual([{ is_active: true }]);
  });
});

describe('a new password', () => {
  it('is set, and shown to pass it on', async () => {
    show();
    const { person, dialog } = await choose('New password…');
    const bodies = answer('put', '/admin/users/2/password', done);
    await person.type(dialog.getByLabelText(/^New password/), 'a long enough secret');
    await person.click(dialog.getByRole('button', { name: 'Set password' }));
    expect(await dialog.findByLabelText('Password of ana')).toHaveValue('a long enough secret');
    expect(bodies).toEqual([{ new: 'a long enough secret' }]);
  });

  it('is refused in words', async () => {
    show();
    const { person, dialog } = await choose('New password…');
    answer('put', '/admin/users/2/password', () =>
      refuse({ status: 422, type: '/problems/invalid', detail: 'this password is among the best known' }),
    );
    await person.type(dialog.getByLabelText(/^New password/), 'password1234');
    await person.click(dialog.getByRole('button', { name: 'Set password' }));
    expect(await dialog.findByText('this password is among the best known')).toBeVisible();
  });

  it('is not offered for oneself: it would end the sign-in before it is shown', async () => {
    show();
    await openMenu('root');
    expect(screen.getByRole('menuitem', { name: 'Role and quota…' })).toBeVisible();
    expect(screen.queryByRole('menuitem', { name: 'New password…' })).toBeNull();
  });
});
