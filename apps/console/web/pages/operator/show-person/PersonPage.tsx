import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useFacts } from '../../../api/facts.ts';
import { useOverview } from '../../../api/holders.ts';
import type { Overview } from '../../../api/holders.ts';
import { useMay } from '../../../api/session.tsx';
import { BoxLink } from '../../../components/BoxLink.tsx';
import { Card } from '../../../components/Card.tsx';
import { Copied } from '../../../components/Copied.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { PurposeGate } from '../../../components/PurposeGate.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { Timeline } from '../../../components/Timeline.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';
import { visible } from '../../../i18n/visible.ts';
import { Blocks } from './Blocks.tsx';
import { Communications } from './Communications.tsx';
import { Enrolments } from './Enrolments.tsx';
import { Moves } from './Moves.tsx';

/** One person: who it is, boxes, enrolments, blocks, and what an operator may do about them. */
export default function PersonPage() {
  const { holder = '' } = useParams();
  return <PurposeGate>{(purpose) => <ReadPerson id={holder} purpose={purpose} />}</PurposeGate>;
}

function ReadPerson({ id, purpose }: { readonly id: string; readonly purpose: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useOverview(id, purpose, () => false);
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  return <Person person={data} purpose={purpose} />;
}

function Person({ person, purpose }: { readonly person: Overview; readonly purpose: string }) {
  const { t } = useTranslation();
  const mayRead = useMay('notification', 'list-communications');
  const mayFollow = useMay('migration', 'read-campaign');
  const mayTrace = useMay('audit-log', 'read-trace');
  const name = `${person.cognome} ${person.nome}`;
  usePageTitle(name);
  return (
    <>
      <h1>{visible(name)}</h1>
      <p className="small">{t('purpose.read', { purpose })}</p>
      <div className="cards">
        {person.blocks.length > 0 && (
          <Card title={t('person.blocked')} wide>
            <Blocks person={person} />
          </Card>
        )}
        <Card title={t('person.enrolments')} wide>
          <Enrolments person={person} />
        </Card>
        <Card title={t('person.identity')}>
          <Identity person={person} />
        </Card>
        <Card title={t('person.boxes')}>
          <Boxes boxes={person.boxes} />
        </Card>
        {mayFollow && (
          <Card title={t('moves.title')} wide>
            <Moves person={person} purpose={purpose} />
          </Card>
        )}
        {mayTrace && (
          <Card title={t('person.happened')} wide>
            <Happened holder={person.id} purpose={purpose} />
          </Card>
        )}
        {mayRead && (
          <Card title={t('communications.title')} wide>
            <Communications holder={person.id} purpose={purpose} />
          </Card>
        )}
      </div>
    </>
  );
}

/** What the trace has about the person and their boxes. */
function Happened({ holder, purpose }: { readonly holder: string; readonly purpose: string }) {
  return <Timeline facts={useFacts({ subject: holder }, purpose)} purpose={purpose} />;
}

function Identity({ person }: { readonly person: Overview }) {
  const { t } = useTranslation();
  const { id, codiceFiscale, dataNascita, comuneNascita, emailOrdinaria, cellulare, indirizzo, recognitions } = person;
  const recognised = recognitions.map(({ office, operator, date }) => `${office}, ${operator}, ${date}`).join('; ');
  return (
    <Facts
      of={[
        [t('person.codiceFiscale'), <Copied key="" value={codiceFiscale} />],
        [t('person.born'), `${dataNascita}, ${comuneNascita}`],
        [t('person.recognised'), recognised || t('person.none')],
        [t('person.email'), emailOrdinaria ?? t('person.none')],
        [t('person.mobile'), cellulare ?? t('person.none')],
        [t('person.address'), indirizzo ?? t('person.none')],
        [t('person.id'), <Copied key="" value={id} />],
      ]}
    />
  );
}

function Boxes({ boxes }: Pick<Overview, 'boxes'>) {
  const { t, i18n } = useTranslation();
  if (boxes.length === 0) return <p>{t('person.none')}</p>;
  return (
    <ul>
      {boxes.map(({ address, openedAt }) => (
        <li key={address}>
          <BoxLink address={address} />:{' '}
          {openedAt === null
            ? t('person.boxReserved')
            : t('person.boxOpen', { at: shortInRome(i18n.language, openedAt) })}
        </li>
      ))}
    </ul>
  );
}
