import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePageTitle } from '../components/use-page-title.ts';

/** An address that leads nowhere. */
export function UnknownPage() {
  const { t } = useTranslation();
  usePageTitle(t('unknownPage.title'));
  return (
    <>
      <h1>{t('unknownPage.title')}</h1>
      <p>
        <Link to="/">{t('unknownPage.back')}</Link>
      </p>
    </>
  );
}
