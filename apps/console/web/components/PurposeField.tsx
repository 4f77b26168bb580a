import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface WhyFieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
}

/** Why somebody reads about a person: it is asked for with every reading, and stays in the trace beside it. */
export function PurposeField(props: WhyFieldProps) {
  const { t } = useTranslation();
  return <WhyField label={t('purpose.label')} {...props} />;
}

/** Why something is done: it stays in the trace with the act. It has the focus, as the first thing to type. */
export function ReasonField(props: WhyFieldProps) {
  const { t } = useTranslation();
  return <WhyField label={t('decision.reason')} autoFocus {...props} />;
}

interface LabelledProps extends WhyFieldProps {
  readonly label: string;
  readonly autoFocus?: boolean;
}

function WhyField({ label, autoFocus = false, value, change }: LabelledProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        required
        minLength={3}
        maxLength={150}
        autoComplete="off"
        autoFocus={autoFocus}
        onChange={({ target }) => change(target.value)}
      />
    </div>
  );
}
