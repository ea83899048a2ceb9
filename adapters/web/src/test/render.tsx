import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider, skipToken, useQuery } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactElement, ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { MeContext } from '../hooks/useMe';
import { LiveProvider } from '../live/LiveProvider';
import { keys } from '../live/keys';
import { theme } from '../theme';
import type { User } from '../types/vm.types';
import { user } from './samples';

interface Options {
  /** Who is signed in; null for nobody. */
  me?: User | null;
  /** The route's path, when the page reads parameters from it. */
  path?: string;
  /** Where the person is. */
  at?: string;
}

function Me({ children }: { children: ReactNode }) {
  const { data } = useQuery<User | null>({ queryKey: keys.me, queryFn: skipToken });
  return <MeContext value={data ?? null}>{children}</MeContext>;
}

/** Shows a page to somebody who is signed in, with a stream of events that the test plays. */
export function renderPage(page: ReactElement, { me = user(), path = '/', at = '/' }: Options = {}) {
  notifications.clean(); // Those of the test before.
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  cache.setQueryData(keys.me, me);
  const router = createMemoryRouter(
    [
      { path, element: page },
      { path: '*', element: <p>another page</p> },
    ],
    {
      initialEntries: [at],
    },
  );
  const view = render(
    <MantineProvider theme={theme} env="test">
      <Notifications />
      <QueryClientProvider client={cache}>
        <Me>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </Me>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...view, router, cache };
}
