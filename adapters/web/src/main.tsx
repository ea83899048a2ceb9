import '@fontsource-variable/inter/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ApiError } from './api/client';
import { keys } from './live/keys';
import { makeRouter } from './routes';
import { theme } from './theme';

// berthd writes a fresh nonce into this tag of every page it serves.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
setNonce(nonce); // react-remove-scroll, behind Mantine's Modal, takes it from here.

/** Leads to the sign-in when it has ended somewhere else. A wrong password there is no such end. */
const onError = (error: Error) => {
  if (error instanceof ApiError && error.type === 'unauthorized') cache.setQueryData(keys.me, null);
};
const cache: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // A refusal stays one; a network may come back.
      retry: (failures, error) => failures < 1 && error instanceof ApiError && error.problem.status === 0,
      staleTime: 5_000,
    },
  },
});

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <Notifications position="top-right" />
        <QueryClientProvider client={cache}>
          <RouterProvider router={makeRouter()} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
