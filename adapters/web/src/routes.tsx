import { createBrowserRouter, type RouteObject } from 'react-router';
import { PageFault } from './components/PageFault';
import { RequireRole } from './components/RequireRole';
import { RequireSignIn } from './components/RequireSignIn';
import { DashboardPage } from './pages/DashboardPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { SignInPage } from './pages/SignInPage';

/** Every page by its path; all but the first ones are loaded when somebody goes there. */
const routes: RouteObject[] = [
  { path: 'sign-in', element: <SignInPage />, errorElement: <PageFault /> },
  {
    element: <RequireSignIn />,
    errorElement: <PageFault />,
    hydrateFallbackElement: <></>,
    children: [
      { index: true, element: <DashboardPage /> },
      {
        path: 'sessions',
        lazy: async () => ({ Component: (await import('./pages/MySessionsPage')).MySessionsPage }),
      },
      {
        path: 'sessions/:id',
        lazy: async () => ({ Component: (await import('./pages/SessionPage')).SessionPage }),
      },
      {
        path: 'account',
        lazy: async () => ({ Component: (await import('./pages/AccountPage')).AccountPage }),
      },
      {
        path: 'admin',
        element: <RequireRole />,
        children: [
          {
            path: 'nodes',
            lazy: async () => ({ Component: (await import('./pages/admin/NodesPage')).NodesPage }),
          },
          {
            path: 'templates',
            lazy: async () => ({ Component: (await import('./pages/admin/TemplatesPage')).TemplatesPage }),
          },
          {
            path: 'sessions',
            lazy: async () => ({
              Component: (await import('./pages/admin/AllSessionsPage')).AllSessionsPage,
            }),
          },
          {
            path: 'reconciliation',
            lazy: async () => ({
              Component: (await import('./pages/admin/ReconciliationPage')).ReconciliationPage,
            }),
          },
          {
            path: 'audit',
            lazy: async () => ({ Component: (await import('./pages/admin/AuditPage')).AuditPage }),
          },
          {
            path: 'users',
            lazy: async () => ({ Component: (await import('./pages/admin/UsersPage')).UsersPage }),
          },
        ],
      },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
