import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { useSignIn } from '../hooks/useMe';
import { renderPage } from '../test/render';
import { user } from '../test/samples';
import { refuse, server } from '../test/server';
import type { Token, User } from '../types/vm.types';
import { AccountPage } from './AccountPage';

const token = (over: Partial<Token> = {}): Token => ({
  id: '0123456789abcdef',
  label: 'laptop',
  issued_at: '2026-11-01T08:00:00Z',
  expires_at: '2100-01-01T08:00:00Z',
  last_used: null,
  ...over,
});
const secret = `berth_${'a'.repeat(43)}`;

/** As in the application, where nobody sees the page who is not signed in. */
function Guarded() {
  return useSignIn().data ? <AccountPage /> : <p>sign in first</p>;
}

const show = (me: User = user()) => renderPage(<Guarded />, { me });
const serveTokens = (...items: Token[]) =>
  server.use(http.get('/me/tokens', () => HttpResponse.json({ items })));

beforeEach(() => serveTokens(token()));

describe('who one is', () => {
  it('is told in words', () => {
    show(user({ open_sessions: 1 }));
    const you = within(screen.getByRole('region', { name: 'You' }));
    expect(you.getByText('ana')).toBeVisible();
    expect(you.getByText(/Launches machines/)).toBeVisible();
    expect(you.getByText('2 sessions at once')).toBeVisible();
    expect(you.getByText('1 open now.')).toBeVisible();
  });

  it('says nothing of a quota to who launches nothing', () => {
    show(user({ role: 'auditor' }));
    expect(screen.queryByText('Quota')).toBeNull();
  });
});

describe('tokens', () => {
  it('are listed with when they were used and when they end', async () => {
    serveTokens(
      token(),
      token({ id: 'b', label: 'old', expires_at: '2026-01-01T08:00:00Z', last_used: '2026-01-01T07:00:00Z' }),
      token({ id: 'c', label: 'robot', expires_at: null }),
    );
    show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
    const table = within(await screen.findByRole('table', { name: 'My tokens' }));
    expect(within(table.getByRole('row', { name: /^laptop/ })).getByText('Never')).toBeVisible();
    expect(within(table.getByRole('row', { name: /^old/ })).getByText(/^Expired on/)).toBeVisible();
    expect(within(table.getByRole('row', { name: /^robot/ })).getAllByText('Never')).toHaveLength(2);
  });

  it('may be none', async () => {
    serveTokens();
    show();
    expect(await screen.findByText('No tokens yet')).toBeVisible();
  });

  it('say what went wrong, and are asked for again', async () => {
    server.use(http.get('/me/tokens', () => refuse({ status: 503, detail: 'in a moment' })));
    show();
    expect(await screen.findByText('in a moment')).toBeVisible();
    serveTokens(token());
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('table')).toBeVisible();
  });

  async function create(respond: () => Response, days?: string) {
    const bodies: unknown[] = [];
    server.use(
      http.post('/me/tokens', async ({ request }) => {
        bodies.push(await request.json());
        return respond();
      }),
    );
    show();
    const person = userEvent.setup();
    await person.click(screen.getByRole('button', { name: 'New token' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New token' }));
    await person.type(dialog.getByLabelText(/Label/), 'ci');
    if (days) await person.selectOptions(dialog.getByLabelText('Expires after'), days);
    await person.click(dialog.getByRole('button', { name: 'Create' }));
    return { person, dialog, bodies };
  }
  const issued = () => HttpResponse.json({ ...token({ label: 'ci' }), token: secret }, { status: 201 });

  it('are shown once, when they are created', async () => {
    const { person, dialog, bodies } = await create(issued);
    expect(await dialog.findByLabelText('Token ci')).toHaveValue(secret);
    expect(dialog.getByText(/shown this once/)).toBeVisible();
    expect(bodies).toEqual([{ label: 'ci', expires_in_days: 90 }]);
    serveTokens(token(), token({ id: 'd', label: 'ci' }));
    await person.click(dialog.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.queryByDisplayValue(secret)).toBeNull();
  });

  it('are listed as soon as they are there', async () => {
    serveTokens();
    await create(() => {
      serveTokens(token({ label: 'ci' }));
      return issued();
    });
    expect(await screen.findByRole('row', { name: /^ci/, hidden: true })).toBeInTheDocument();
  });

  it('may never end', async () => {
    const { dialog, bodies } = await create(issued, 'Never');
    await dialog.findByLabelText('Token ci');
    expect(bodies).toEqual([{ label: 'ci' }]);
  });

  it('are refused in words', async () => {
    const { dialog } = await create(() => refuse({ detail: 'a user has 50 tokens at most' }));
    expect(await dialog.findByText('a user has 50 tokens at most')).toBeVisible();
  });

  it('are revoked after a question', async () => {
    const revoked: string[] = [];
    server.use(
      http.delete('/me/tokens/:token', ({ params }) => {
        revoked.push(String(params['token']));
        serveTokens();
        return new HttpResponse(null, { status: 204 });
      }),
    );
    show();
    const person = userEvent.setup();
    await person.click(await screen.findByRole('button', { name: 'Revoke laptop' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Revoke laptop' }));
    expect(revoked).toEqual([]);
    await person.click(dialog.getByRole('button', { name: 'Revoke' }));
    expect(await screen.findByText('No tokens yet')).toBeVisible();
    expect(revoked).toEqual(['0123456789abcdef']);
  });

  it('stay when the API refuses to revoke them', async () => {
    server.use(http.delete('/me/tokens/:token', () => refuse({ status: 503, detail: 'in a moment' })));
    show();
    const person = userEvent.setup();
    await person.click(await screen.findByRole('button', { name: 'Revoke laptop' }));
    const dialog = within(await screen.findByRole('dialog'));
    await person.click(dialog.getByRole('button', { name: 'Revoke' }));
    expect(await dialog.findByText('in a moment')).toBeVisible();
  });
});

describe('the password', () => {
  const bodies: unknown[] = [];

  async function change(respond: () => Response, repeat = 'a new and longer secret') {
    bodies.length = 0;
    server.use(
      http.put('/me/password', async ({ request }) => {
        bodies.push(await request.json());
        return respond();
      }),
    );
    show();
    const person = userEvent.setup();
    await person.type(screen.getByLabelText('Current password'), 'the old one');
    await person.type(screen.getByLabelText('New password'), 'a new and longer secret');
    await person.type(screen.getByLabelText('New password again'), repeat);
    await person.click(screen.getByRole('button', { name: 'Change password' }));
  }

  it('leads back to the sign-in when it is changed', async () => {
    await change(() => new HttpResponse(null, { status: 204 }));
    expect(await screen.findByText('sign in first')).toBeVisible();
    expect(screen.getByText(/Sign in with the new one/)).toBeVisible();
    expect(bodies).toEqual([{ current: 'the old one', new: 'a new and longer secret' }]);
  });

  it('says at its field that the current one is another', async () => {
    await change(() =>
      refuse({ status: 403, type: '/problems/wrong-password', title: 'The password is wrong' }),
    );
    expect(await screen.findByText('The password is wrong')).toBeVisible();
    expect(screen.getByLabelText('Current password')).toBeInvalid();
    expect(screen.getByLabelText('Current password')).toHaveFocus();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says what the API has against the new one', async () => {
    await change(() => refuse({ status: 422, detail: 'this password is among the best known' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('this password is among the best known');
  });

  it('is sent only when it was typed twice the same', async () => {
    await change(() => new HttpResponse(null, { status: 204 }), 'something else here');
    expect(screen.getByText('is not the same')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Change password' })).toBeDisabled();
    expect(bodies).toEqual([]);
  });
});
