import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import 'bootstrap-italia/dist/css/bootstrap-italia.min.css';
import './tokens.css';
import './base.css';
import { LiveProvider } from './api/live.tsx';
import { Refused } from './api/services.ts';
import { SessionProvider } from './api/session.tsx';
import { Shell } from './components/Shell.tsx';
import { beginWithTexts } from './i18n/index.ts';
import { OperatorDoor } from './pages/operator/OperatorDoor.tsx';
import { RehearsalDoor } from './pages/rehearsal/RehearsalDoor.tsx';
import { CampaignPage } from './pages/rehearsal/watch-campaign/CampaignPage.tsx';
import { SignInPage } from './pages/sign-in/SignInPage.tsx';
import { UnknownPage } from './pages/UnknownPage.tsx';

/** These come when somebody goes there. */
const ReportPage = lazy(() => import('./pages/rehearsal/read-report/ReportPage.tsx'));
const CitizenPage = lazy(() => import('./pages/citizen/CitizenPage.tsx'));
const HomePage = lazy(() => import('./pages/operator/home/HomePage.tsx'));
const SearchPersonsPage = lazy(() => import('./pages/operator/search-persons/SearchPersonsPage.tsx'));
const PersonPage = lazy(() => import('./pages/operator/show-person/PersonPage.tsx'));
const BoxPage = lazy(() => import('./pages/operator/show-box/BoxPage.tsx'));
const MessagePage = lazy(() => import('./pages/operator/show-message/MessagePage.tsx'));
const SearchMessagesPage = lazy(() => import('./pages/operator/search-messages/SearchMessagesPage.tsx'));
const DeadLettersPage = lazy(() => import('./pages/operator/decide-dead-letters/DeadLettersPage.tsx'));
const DeadLetterPage = lazy(() => import('./pages/operator/decide-dead-letters/DeadLetterPage.tsx'));
const MailQueuePage = lazy(() => import('./pages/operator/work-mail-queue/MailQueuePage.tsx'));
const HeldBoxesPage = lazy(() => import('./pages/operator/release-held-boxes/HeldBoxesPage.tsx'));
const QuarantinePage = lazy(() => import('./pages/operator/show-quarantine/QuarantinePage.tsx'));
const CampaignsPage = lazy(() => import('./pages/operator/follow-campaigns/CampaignsPage.tsx'));
const FollowCampaignPage = lazy(() => import('./pages/operator/follow-campaigns/FollowCampaignPage.tsx'));
const AccountPage = lazy(() => import('./pages/operator/own-account/AccountPage.tsx'));
const ReissuePage = lazy(() => import('./pages/operator/reissue-first-access/ReissuePage.tsx'));

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      {
        element: <RehearsalDoor />,
        children: [
          { path: '/', element: <CampaignPage /> },
          { path: '/resoconto', element: <ReportPage /> },
        ],
      },
      { path: '/cittadino', element: <CitizenPage /> },
      { path: '/accesso', element: <SignInPage /> },
      { path: '/auth/*', element: <SignInPage /> },
      {
        path: '/operatore',
        element: <OperatorDoor />,
        children: [
          { index: true, element: <HomePage /> },
          { path: 'account', element: <AccountPage /> },
          { path: 'persone', element: <SearchPersonsPage /> },
          { path: 'messaggi', element: <SearchMessagesPage /> },
          { path: 'messaggi/:key', element: <MessagePage /> },
          { path: 'fatti', element: <DeadLettersPage /> },
          { path: 'fatti/:service/:id', element: <DeadLetterPage /> },
          { path: 'coda', element: <MailQueuePage /> },
          { path: 'invii-sospesi', element: <HeldBoxesPage /> },
          { path: 'quarantena', element: <QuarantinePage /> },
          { path: 'campagne', element: <CampaignsPage /> },
          { path: 'campagne/:campaign', element: <FollowCampaignPage /> },
          { path: 'caselle/:address', element: <BoxPage /> },
          { path: 'persone/:holder', element: <PersonPage /> },
          { path: 'persone/:holder/riemissione/:enrolment', element: <ReissuePage /> },
        ],
      },
      { path: '*', element: <UnknownPage /> },
    ],
  },
]);

// One failed question is asked once more, then the page says so and offers to try again; a refusal is an answer.
const retry = (failures: number, error: Error) =>
  failures < 1 && !(error instanceof Refused && (error.problem?.status ?? 500) < 500);
const queries = new QueryClient({ defaultOptions: { queries: { retry, staleTime: Infinity } } });
const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no root');

await beginWithTexts();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SessionProvider>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </SessionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
