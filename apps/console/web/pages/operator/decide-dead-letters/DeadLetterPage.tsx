import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { readingServices, useDeadLetter, useLetterDecision } from '../../../api/dead-letters.ts';
import type { ReadingService, ReadLetter } from '../../../api/dead-letters.ts';
import { useMay } from '../../../api/session.tsx';
import { Asked } from '../../../components/Asked.tsx';
import { Card } from '../../../components/Card.tsx';
import { Decision } from '../../../components/Decision.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { TwoPersons } from '../../../components/TwoPersons.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';
import { UnknownPage } from '../../UnknownPage.tsx';
import { personsIn, readableBody } from './letter-body.ts';

/** One fact that a service could not take: why, what it says, whom it concerns, and what becomes of it. */
export default function DeadLetterPage() {
  const { service = '', id = '' } = useParams();
  const known = readingServices.find((each) => each === service);
  if (known === undefined) return <UnknownPage />;
  return <PurposeGate>{(purpose) => <Letter service={known} id={id} purpose={purpose} />}</PurposeGate>;
}

interface LetterProps {
  readonly service: ReadingService;
  readonly id: string;
  readonly purpose: string;
}

function Letter({ service, id, purpose }: LetterProps) {
  const { t } = useTranslation();
  const mayDecide = useMay(service, 'decide-dead-letter');
  usePageTitle(t('letters.title'));
  return (
    <>
      <h1>{t('letters.title')}</h1>
      <p>
        <Link to="/operatore/fatti">{t('letters.back')}</Link>
      </p>
      <Asked of={useDeadLetter(service, id, purpose)}>
        {(letter) => (
          <div className="cards">
            <Card title={t('letters.why')} wide>
              <Why letter={letter} />
            </Card>
            <Card title={t('letters.body')} wide>
              <Body letter={letter} />
            </Card>
            {mayDecide && (
              <Card title={t('letters.decide')} wide>
                <Decide service={service} letter={letter} />
              </Card>
            )}
          </div>
        )}
      </Asked>
    </>
  );
}

function Why({ letter }: { readonly letter: ReadLetter }) {
  const { t, i18n } = useTranslation();
  const { topic, partition, offset, consumer, key, type, cause, tries, keptAt, behind } = letter;
  return (
    <Facts
      of={[
        [t('letters.place'), `${topic} ${partition}/${offset}`],
        [t('letters.consumer'), consumer],
        [t('letters.type'), type ?? t('person.none')],
        [t('letters.key'), key ?? t('person.none')],
        [t('letters.causeTitle'), cause ?? t('letters.waits')],
        [t('letters.kept'), shortInRome(i18n.language, Date.parse(keptAt))],
        [t('letters.tries'), tries],
        [t('letters.behind'), behind],
      ]}
    />
  );
}

function Body({ letter: { body, key } }: { readonly letter: ReadLetter }) {
  const { t } = useTranslation();
  const persons = personsIn(body, key);
  return (
    <>
      <pre tabIndex={0} aria-label={t('letters.body')}>
        {readableBody(body).split('\n').map(visible).join('\n')}
      </pre>
      <p>
        {t('letters.persons')}: {persons.length === 0 && t('person.none')}
        {persons.map((holder) => (
          <Link key={holder} to={`/operatore/persone/${holder}`}>
            {holder}{' '}
          </Link>
        ))}
      </p>
    </>
  );
}

function Decide({ service, letter }: { readonly service: ReadingService; readonly letter: ReadLetter }) {
  const { t } = useTranslation();
  const { redrive, setAside } = useLetterDecision(service, letter.id);
  const changes = ['dead-letters'];
  return (
    <>
      <Decision
        title={t('letters.redrive')}
        about={`redrive.${letter.id}`}
        happens={t('letters.redriveHappens', { service, count: letter.behind })}
        done={t('letters.redriveDone')}
        act={redrive}
        changes={changes}
      />{' '}
      <TwoPersons
        service={service}
        act="set-aside-dead-letter"
        command={{ letter: letter.id }}
        title={t('letters.setAside')}
        happens={t('letters.setAsideHappens', { service, count: letter.behind })}
        done={t('letters.setAsideDone')}
        send={setAside}
        changes={changes}
      />
    </>
  );
}
