import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import 'bootstrap-italia/dist/css/bootstrap-italia.min.css';
import './tokens.css';
import './base.css';
import { LiveProvider } from './api/live.tsx';
import { Shell } from './components/Shell.tsx';
import { beginWithTexts } from './i18n/index.ts';
import { CampaignPage } from './pages/rehearsal/watch-campaign/CampaignPage.tsx';
import { UnknownPage } from './pages/UnknownPage.tsx';

/** Comes when somebody goes there. */
const ReportPage = lazy(() => import('./pages/rehearsal/read-report/ReportPage.tsx'));

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      { path: '/', element: <CampaignPage /> },
      { path: '/resoconto', element: <ReportPage /> },
      { path: '*', element: <UnknownPage /> },
    ],
  },
]);

// One failed question is asked once more, then the page says so and offers to try again.
const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: Infinity } } });
const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no root');

await beginWithTexts();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
