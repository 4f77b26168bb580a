import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'react-router';
import { signInAddress, usePerson } from '../../api/session.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';

/** The way in. It is shown too when a sign-in came to nothing, and under the address of one that could not begin. */
export function SignInPage({ to = '/operatore' }: { readonly to?: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const [search] = useSearchParams();
  const couldNotBegin = useLocation().pathname.startsWith('/auth/');
  usePageTitle(t('signIn.title'));
  return (
    <>
      <h1>{t('signIn.title')}</h1>
      {search.get('esito') === 'no' && <Notice color="warning">{t('signIn.nobody')}</Notice>}
      {couldNotBegin && <Notice color="warning">{t('signIn.unavailable')}</Notice>}
      {person === null ? (
        <>
          <p>{t('signIn.how')}</p>
          <a className="btn btn-primary" href={signInAddress(to)}>
            {t('session.signIn')}
          </a>
        </>
      ) : (
        <p>
          {t('signIn.already', { name: person.fullName })} <Link to="/operatore">{t('nav.work')}</Link>
        </p>
      )}
    </>
  );
}
