import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useEnrolment } from '../../../api/portal.ts';
import type { Enrolment } from '../../../api/portal.ts';
import { Asked } from '../../../components/Asked.tsx';
import { shortInRome } from '../../../i18n/formats.ts';
import { ChangePassword } from '../change-password/ChangePassword.tsx';
import { AcceptTerms } from './AcceptTerms.tsx';
import { AnswerQuestions } from './AnswerQuestions.tsx';
import { ChoosePassword } from './ChoosePassword.tsx';
import { Confirm } from './Confirm.tsx';
import { StepsList } from './StepsList.tsx';

/** The six steps: which are done, until when there is time, and the one to do now. */
export function Activation({ id }: { readonly id: string }) {
  return <Asked of={useEnrolment(id)}>{(enrolment) => <Steps enrolment={enrolment} />}</Asked>;
}

function Steps({ enrolment }: { readonly enrolment: Enrolment }) {
  const { t, i18n } = useTranslation();
  const { state, next, until } = enrolment;
  const heading = useRef<HTMLHeadingElement>(null);
  const seen = useRef<Enrolment['state']>();
  // After a step the focus is where the next one begins.
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== state) heading.current?.focus();
    seen.current = state;
  }, [state]);
  return (
    <>
      {state !== 'confirmed' && <p>{t('citizen.deadline', { time: shortInRome(i18n.language, until) })}</p>}
      <StepsList next={next} isOver={state === 'voided'} />
      <section className="card-plain wide" aria-labelledby="step">
        <h2 id="step" ref={heading} tabIndex={-1}>
          {t(`citizen.steps.${next ?? (state === 'confirmed' ? 'confirmed' : 'voided')}`)}
        </h2>
        <CurrentStep enrolment={enrolment} />
      </section>
      {state === 'confirmed' && <ChangePassword />}
    </>
  );
}

function CurrentStep({ enrolment: { enrolment: id, state, next } }: { readonly enrolment: Enrolment }) {
  const { t } = useTranslation();
  switch (next) {
    case 'change-password':
      return <ChoosePassword id={id} />;
    case 'accept-terms':
      return <AcceptTerms id={id} />;
    case 'set-questions':
      return <AnswerQuestions id={id} />;
    case 'confirm':
      return <Confirm id={id} />;
    case 'sign-in':
    case null:
      return <p>{t(state === 'confirmed' ? 'citizen.confirmedText' : 'citizen.voidedText')}</p>;
  }
}
