import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Enrolment, Overview } from '../../../api/holders.ts';
import { useMay } from '../../../api/session.tsx';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

/** How far a person is with each enrolment, and the way to a new first password where there may be one. */
export function Enrolments({ person }: { readonly person: Overview }) {
  const { t } = useTranslation();
  const mayReissue = useMay('identity', 'reissue-first-access');
  if (person.enrolments.length === 0) return <p>{t('person.none')}</p>;
  return person.enrolments.map((enrolment) => (
    <div key={enrolment.id}>
      <EnrolmentFacts enrolment={enrolment} />
      {mayReissue && isOpen(enrolment) && (
        <Link className="btn btn-primary" to={`/operatore/persone/${person.id}/riemissione/${enrolment.id}`}>
          {t('reissue.go')}
        </Link>
      )}
    </div>
  ));
}

/** Before the holder has chosen a password the first one can be made anew; whether the window is open, identity decides. */
function isOpen({ state }: Enrolment): boolean {
  return state === 'opened' || state === 'signed-in';
}

function EnrolmentFacts({ enrolment }: { readonly enrolment: Enrolment }) {
  const { t, i18n } = useTranslation();
  const { campaign, state, until, generation, givenAt, confirmedAt, id } = enrolment;
  const at = (instant: number | null) => (instant === null ? t('person.notYet') : shortInRome(i18n.language, instant));
  return (
    <Facts
      of={[
        [t('person.campaign'), campaign],
        [t('person.state'), t(`enrolmentStates.${state}`)],
        [t('person.until'), at(until)],
        [t('person.generation'), generation],
        [t('person.givenAt'), at(givenAt)],
        [t('person.confirmedAt'), at(confirmedAt)],
        [t('person.id'), <Copied key="" value={id} />],
      ]}
    />
  );
}
