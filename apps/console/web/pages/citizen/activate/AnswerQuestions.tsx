import { Button } from 'design-react-kit';
import { useId } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSecurityQuestions, useTakeStep } from '../../../api/portal.ts';
import type { SecurityQuestion } from '../../../api/portal.ts';
import { Asked } from '../../../components/Asked.tsx';
import { Field, typedIn } from '../../../components/Field.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { wordsIn } from '../../../i18n/formats.ts';

const places = [0, 1, 2] as const;

/** Step 5: three questions of the programme, each with an answer. */
export function AnswerQuestions({ id }: { readonly id: string }) {
  return <Asked of={useSecurityQuestions()}>{({ items }) => <AnswersForm id={id} items={items} />}</Asked>;
}

interface AnswersFormProps {
  readonly id: string;
  readonly items: readonly SecurityQuestion[];
}

function AnswersForm({ id, items }: AnswersFormProps) {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useTakeStep(id);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = typedIn(event.currentTarget);
    const answers = places.map((place) => ({
      question: typed(`question-${place}`),
      answer: typed(`answer-${place}`),
    }));
    mutate({ step: 'set-questions', answers });
  };
  return (
    <form className="stacked" onSubmit={submit}>
      <p>{t('citizen.answers.why')}</p>
      {places.map((place) => (
        <Question key={place} place={place} items={items} />
      ))}
      {error !== null && <ProblemNotice error={error} />}
      <Button color="primary" disabled={isPending}>
        {t('citizen.answers.give')}
      </Button>
    </form>
  );
}

function Question({ place, items }: { readonly place: 0 | 1 | 2; readonly items: readonly SecurityQuestion[] }) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const number = place + 1;
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t('citizen.answers.question', { number })}</label>
        <select id={id} name={`question-${place}`} defaultValue={items[place]?.id}>
          {items.map(({ id: question, words }) => (
            <option key={question} value={question}>
              {wordsIn(i18n.language, words)}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={t('citizen.answers.answer', { number })}
        name={`answer-${place}`}
        autoComplete="off"
        maxLength={200}
      />
    </>
  );
}
