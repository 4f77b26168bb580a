import { Container } from 'design-react-kit';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useLiveDocument } from '../api/live.tsx';
import { instantInRome } from '../i18n/formats.ts';
import { speak } from '../i18n/index.ts';
import { Waiting } from './Waiting.tsx';

/** What every page has: the banner with the suite clock, the ways to the other pages, the language. */
export function Shell() {
  const { t } = useTranslation();
  useFocusOnNewPage();
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
          <nav aria-label={t('nav.label')}>
            <NavLink to="/" end>
              {t('nav.campaign')}
            </NavLink>
            <NavLink to="/resoconto">{t('nav.report')}</NavLink>
          </nav>
          <SuiteClock />
          <OtherLanguage />
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
