import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { FakeEventSource } from '../test/FakeEventSource';
import { admin, user } from '../test/samples';
import { refuse, server } from '../test/server';
import { theme } from '../theme';
import type { User } from '../types/vm.types';
import { RequireRole } from './RequireRole';
import { RequireSignIn } from './RequireSignIn';

function show(me: User | null, at: string) {
  server.use(
    http.get('/me', () =>
      me ? HttpResponse.json(me) : refuse({ type: '/problems/unauthorized', status: 401 }),
    ),
  );
  const router = createMemoryRouter(
    [
      { path: '/sign-in', element: <p>the way in</p> },
      {
        element: <RequireSignIn />,
        children: [
          { path: '/', element: <p>the dashboard</p> },
          { path: '/sessions', element: <p>my sessions</p> },
          { element: <RequireRole />, children: [{ path: '/admin/nodes', element: <p>the nodes</p> }] },
        ],
      },
    ],
    { initialEntries: [at] },
  );
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...view, router };
}
const links = () =>
  within(screen.getByRole('navigation'))
    .getAllByRole('link')
    .map((link) => link.textContent);

it('shows nothing to strangers but the way in, and remembers where they wanted to go', async () => {
  const { router } = show(null, '/admin/nodes?show=critical');
  expect(await screen.findByText('the way in')).toBeVisible();
  expect(router.state.location.search).toBe('?next=%2Fadmin%2Fnodes%3Fshow%3Dcritical');
  expect(FakeEventSource.opened).toHaveLength(0);
});

it('shows an engineer neither the way to administration nor its pages', async () => {
  show(user(), '/admin/nodes');
  expect(await screen.findByRole('heading', { name: 'Not for your role' })).toBeVisible();
  expect(screen.queryByText('the nodes')).not.toBeInTheDocument();
  expect(links()).toEqual(['Launch', 'My sessions']);
});

it('shows an admin everything', async () => {
  show(admin(), '/admin/nodes');
  expect(await screen.findByText('the nodes')).toBeVisible();
  expect(links()).toEqual([
    'Launch',
    'My sessions',
    'Nodes',
    'Templates',
    'All sessions',
    'Reconciliation',
    'Audit trail',
    'Users & quotas',
  ]);
});

it('says that Berth does not answer', async () => {
  server.use(http.get('/me', () => HttpResponse.error()));
  const router = createMemoryRouter([{ path: '*', element: <RequireSignIn /> }]);
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  expect(await screen.findByRole('alert')).toHaveTextContent('Berth does not answer');
});

it('signs out at the server, and ends the stream of events', async () => {
  let ended = false;
  const { router } = show(user(), '/');
  server.use(
    http.post('/auth/sign-out', () => {
      ended = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  await screen.findByText('the dashboard');
  expect(FakeEventSource.live).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: 'Account of ana' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'));
  expect(ended).toBe(true);
  expect(FakeEventSource.live).toHaveLength(0);
});

it('goes by the command palette, with the keyboard alone', async () => {
  const { router } = show(user(), '/');
  await screen.findByText('the dashboard');
  await userEvent.keyboard('{Control>}k{/Control}');
  await userEvent.type(await screen.findByPlaceholderText('Search pages, templates and sessions'), 'my sess');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(router.state.location.pathname).toBe('/sessions'));
});
