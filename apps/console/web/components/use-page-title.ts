import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { visible } from '../i18n/visible.ts';

/** Names the page in the browser's tab and history. */
export function usePageTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${visible(title)} · ${t('product')}`;
  }, [title, t]);
}
