import { Button } from 'design-react-kit';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useTakeStep, useTerms } from '../../../api/portal.ts';
import type { TermsText } from '../../../api/portal.ts';
import { Asked } from '../../../components/Asked.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';

/** Step 4: the texts that are accepted, as they are, in the language of the page. */
export function AcceptTerms({ id }: { readonly id: string }) {
  return <Asked of={useTerms()}>{({ items }) => <TermsForm id={id} items={items} />}</Asked>;
}

interface TermsFormProps {
  readonly id: string;
  readonly items: readonly TermsText[];
}

function TermsForm({ id, items }: TermsFormProps) {
  const { t, i18n } = useTranslation();
  const { mutate, error, isPending } = useTakeStep(id);
  const texts = items.filter(({ language }) => language === (i18n.language === 'it' ? 'it' : 'en'));
  const accepted = texts.map(({ document, version, sha256 }) => ({ document, version, sha256 }));
  return (
    <form
      className="stacked"
      onSubmit={(event) => {
        event.preventDefault();
        mutate({ step: 'accept-terms', accepted });
      }}
    >
      {texts.map((text) => (
        <Text key={text.sha256} text={text} />
      ))}
      {error !== null && <ProblemNotice error={error} />}
      <Button color="primary" disabled={isPending}>
        {t('citizen.terms.give')}
      </Button>
    </form>
  );
}

function Text({ text: { title, version, text } }: { readonly text: TermsText }) {
  const { t } = useTranslation();
  const [name, box] = [useId(), useId()];
  return (
    <div>
      <h3 id={name}>{title}</h3>
      <div className="terms" role="region" aria-labelledby={name} tabIndex={0}>
        {text}
      </div>
      <label htmlFor={box}>
        <input id={box} type="checkbox" required /> {t('citizen.terms.accept', { title, version })}
      </label>
    </div>
  );
}
