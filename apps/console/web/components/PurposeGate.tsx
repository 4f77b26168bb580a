import { Button } from 'design-react-kit';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isPurpose } from '../api/services.ts';
import { PurposeField } from './PurposeField.tsx';
import { useKept } from './use-kept.ts';

/** Asks for the purpose of a reading before anything is read; who has said it in this tab is not asked again. */
export function PurposeGate({ children }: { readonly children: (purpose: string) => ReactNode }) {
  const { t } = useTranslation();
  const [purpose, keep] = useKept('purpose');
  const [typed, type] = useState(purpose);
  if (isPurpose(purpose)) return children(purpose);
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        keep(typed);
      }}
    >
      <PurposeField value={typed} change={type} />
      <Button color="primary">{t('purpose.go')}</Button>
    </form>
  );
}
