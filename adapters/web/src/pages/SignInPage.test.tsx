import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { delay, http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { whoAmI } from '../api/account.api';
import { keys } from '../live/keys';
import { renderPage } from '../test/render';
import { user } from '../test/samples';
import { refuse, server } from '../test/server';
import { SignInPage } from './SignInPage';

function show(at = '/sign-in') {
  server.use(http.get('/me', () => refuse({ type: '/problems/unauthorized', status: 401 })));
  return renderPage(<SignInPage />, { me: null, path: '/sign-in', at });
}

async function signIn() {
  await userEvent.type(await screen.findByLabelText('Login'), 'ana');
  await userEvent.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
}

function accept(role: 'engineer' | 'auditor' = 'engineer') {
  let sent: unknown;
  server.use(
    http.post('/auth/sign-in', async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ user: user({ role }), expires_at: '2026-11-26T21:00:00Z' });
    }),
  );
  return () => sent;
}

it('lets a person in who knows the password', async () => {
  const sent = accept();
  const { router } = show();
  await signIn();
  await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  expect(sent()).toEqual({ login: 'ana', password: 'correct horse battery' });
});

it('leads back to where the person wanted to go', async () => {
  accept();
  const { router } = show('/sign-in?next=%2Fsessions%2Fx%3Fproblem%3Dconflict');
  await signIn();
  await waitFor(() => expect(router.state.location.pathname).toBe('/sessions/x'));
  expect(router.state.location.search).toBe('?problem=conflict');
});

it.each(['https://evil.example/', '//evil.example/', '/\\evil.example/'])(
  'leads nobody to another site (%s)',
  async (next) => {
    accept();
    const { router } = show(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn();
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  },
);

it('begins with the nodes for an auditor, who launches nothing', async () => {
  accept('auditor');
  const { router } = show();
  await signIn();
  await waitFor(() => expect(router.state.location.pathname).toBe('/admin/nodes'));
});

it('is not undone by an answer to what was asked before', async () => {
  accept();
  const { router, cache } = show();
  server.use(http.get('/me', () => delay('infinite')));
  void cache.query({ queryKey: keys.me, queryFn: ({ signal }) => whoAmI(signal), staleTime: 0 });
  expect(cache.getQueryState(keys.me)?.fetchStatus).toBe('fetching');
  await signIn();
  await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  expect(cache.getQueryState(keys.me)?.fetchStatus).toBe('idle');
});

it('says that login or password are wrong, and forgets the password', async () => {
  server.use(
    http.post('/auth/sign-in', () =>
      refuse({ type: '/problems/wrong-credentials', status: 401, detail: 'Login or password are wrong.' }),
    ),
  );
  show();
  await signIn();
  expect(await screen.findByRole('alert')).toHaveTextContent('Login or password are wrong.');
  expect(screen.getByLabelText('Password')).toHaveValue('');
  expect(screen.getByLabelText('Login')).toHaveValue('ana');
});
