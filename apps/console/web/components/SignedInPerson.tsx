import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { wordsIn } from '../i18n/formats.ts';
import { signInAddress, useSession, useSignOut } from '../api/session.tsx';

/** Who has signed in, with the way out; for everybody else the way in. */
export function SignedInPerson() {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const { pathname, search } = useLocation();
  const [outcome, setOutcome] = useState<'stays' | 'failed' | null>(null);
  const signOut = useSignOut();
  const leave = () =>
    signOut().then(
      (address) => (address === null ? setOutcome('stays') : location.assign(address)),
      () => setOutcome('failed'),
    );
  if (session === null) return null;
  const { person, away } = session;
  const to = pathname === '/' || pathname.startsWith('/accesso') ? '/operatore' : `${pathname}${search}`;
  return (
    <span className="whoever">
      {person === null ? (
        <a href={signInAddress(to)}>{t('session.signIn')}</a>
      ) : (
        <>
          <span>
            <Link to="/operatore/account">{person.fullName}</Link>,{' '}
            {person.roles.map((role) => wordsIn(i18n.language, role)).join(', ')}
          </span>
          <button type="button" onClick={() => void leave()}>
            {t('session.signOut')}
          </button>
        </>
      )}
      <span role="status">
        {away && t('session.away')}
        {outcome !== null && t(`session.${outcome}`)}
      </span>
    </span>
  );
}
