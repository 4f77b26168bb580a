import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface ReasonFieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
}

/** Why something is done: it stays in the trace with the act. It has the focus, as the first thing to type. */
export function ReasonField({ value, change }: ReasonFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{t('decision.reason')}</label>
      <input
        id={id}
        value={value}
        required
        minLength={3}
        maxLength={150}
        autoComplete="off"
        autoFocus
        onChange={({ target }) => change(target.value)}
      />
    </div>
  );
}
