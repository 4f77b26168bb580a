import { Container } from 'design-react-kit';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useLiveDocument } from '../api/live.tsx';
import { usePerson, useSession } from '../api/session.tsx';
import { instantInRome } from '../i18n/formats.ts';
import { speak } from '../i18n/index.ts';
import { SignedInPerson } from './SignedInPerson.tsx';
import { Waiting } from './Waiting.tsx';

/** What every page has: the banner with the ways to the other pages, the suite clock, the language, who has signed in. */
export function Shell() {
  const { t } = useTranslation();
  useFocusOnNewPage();
  const isRehearsal = useSession()?.rehearsal ?? false;
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="banner">
        <Container>
          <Link to="/" className="brand">
            {t('product')}
          </Link>
          <Ways isRehearsal={isRehearsal} />
          {isRehearsal && <SuiteClock />}
          <OtherLanguage />
          <SignedInPerson />
        </Container>
      </header>
      <main id="content" tabIndex={-1}>
        <Container>
          <Suspense fallback={<Waiting words={t('state.loading')} />}>
            <Outlet />
          </Suspense>
        </Container>
      </main>
    </>
  );
}

function Ways({ isRehearsal }: { readonly isRehearsal: boolean }) {
  const { t } = useTranslation();
  const person = usePerson();
  return (
    <nav aria-label={t('nav.label')}>
      {person !== null && (
        <>
          <NavLink to="/operatore" end>
            {t('nav.work')}
          </NavLink>
          <NavLink to="/operatore/persone">{t('nav.persons')}</NavLink>
          <NavLink to="/operatore/messaggi">{t('nav.messages')}</NavLink>
        </>
      )}
      <NavLink to="/cittadino">{t('nav.portal')}</NavLink>
      {isRehearsal && (
        <>
          <NavLink to="/" end>
            {t('nav.campaign')}
          </NavLink>
          <NavLink to="/resoconto">{t('nav.report')}</NavLink>
        </>
      )}
    </nav>
  );
}

function SuiteClock() {
  const { t, i18n } = useTranslation();
  const at = useLiveDocument()?.clock ?? null;
  return (
    <span className="clock">
      {t('clock.label')}: <strong>{at === null ? t('clock.unset') : instantInRome(i18n.language, at)}</strong>
    </span>
  );
}

function OtherLanguage() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'it' ? 'en' : 'it';
  return (
    <button type="button" lang={other} title={t('language.change')} onClick={() => void speak(other)}>
      {t('language.other')}
    </button>
  );
}

/** After a step to another page the focus is on its heading, as after the load of a page; not at the first. */
function useFocusOnNewPage(): void {
  const { pathname } = useLocation();
  const [first] = useState(pathname);
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    if (pathname === first && !moved) return;
    setMoved(true);
    document.querySelector<HTMLElement>('main')?.focus();
  }, [pathname, first, moved]);
}
