import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { visible } from '../i18n/visible.ts';

/** Something that people paste elsewhere, with a button that copies it. */
export function Copied({ value }: { readonly value: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <span className="copied">
      <code>{visible(value)}</code>{' '}
      <button type="button" aria-label={t('copy.what', { value })} onClick={() => void copy()}>
        {isCopied ? t('copy.done') : t('copy.do')}
      </button>
    </span>
  );
}
