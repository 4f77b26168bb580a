import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import { useSession } from '../../api/session.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { SignInPage } from '../sign-in/SignInPage.tsx';

/** The pages of operators: whoever has not signed in is shown the way in, and comes back to the page they asked for. */
export function OperatorDoor() {
  const { t } = useTranslation();
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session === null) return <Waiting words={t('state.loading')} />;
  return session.person === null ? <SignInPage to={`${pathname}${search}`} /> : <Outlet />;
}
