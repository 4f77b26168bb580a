import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface PurposeFieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
}

/** Why somebody reads about a person: it is asked for with every reading, and stays in the trace beside it. */
export function PurposeField({ value, change }: PurposeFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{t('purpose.label')}</label>
      <input
        id={id}
        value={value}
        required
        minLength={3}
        maxLength={150}
        autoComplete="off"
        onChange={({ target }) => change(target.value)}
      />
    </div>
  );
}
