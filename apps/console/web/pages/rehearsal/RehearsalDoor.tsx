import { useTranslation } from 'react-i18next';
import { Navigate, Outlet } from 'react-router';
import { useSession } from '../../api/session.tsx';
import { Waiting } from '../../components/Waiting.tsx';

/** The pages that show a rehearsal to everybody; in production one works instead. */
export function RehearsalDoor() {
  const { t } = useTranslation();
  const session = useSession();
  if (session === null) return <Waiting words={t('state.connecting')} />;
  return session.rehearsal ? <Outlet /> : <Navigate to="/operatore" replace />;
}
