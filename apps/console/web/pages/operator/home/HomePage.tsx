import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { approvingServices } from '../../../api/approvals.ts';
import { readingServices } from '../../../api/dead-letters.ts';
import { usePerson } from '../../../api/session.tsx';
import { useSuiteHealth } from '../../../api/suite.ts';
import { Card } from '../../../components/Card.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { BlockedHolders } from './BlockedHolders.tsx';
import { DeadLetters } from './DeadLetters.tsx';
import { FailedCommunications } from './FailedCommunications.tsx';
import { LateMoves } from './LateMoves.tsx';
import { WaitingActs } from './WaitingActs.tsx';
import { WaitingLists } from './WaitingLists.tsx';

/** What waits for whoever works here, the most urgent first. Each part asks for itself: one that is away takes no other with it. */
export default function HomePage() {
  const { t } = useTranslation();
  const person = usePerson();
  const may = (service: string, permission: string) => person?.may[service]?.includes(permission) === true;
  const readers = readingServices.filter((service) => may(service, 'list-dead-letters'));
  const approvers = approvingServices.filter((service) => may(service, 'see-approvals'));
  usePageTitle(t('home.title'));
  return (
    <>
      <h1>{t('home.title')}</h1>
      <p>
        {t('home.greeting', { name: person?.fullName ?? '' })} <Link to="/operatore/persone">{t('home.search')}</Link>
      </p>
      <div className="cards">
        <Card title={t('home.down')} wide>
          <Down />
        </Card>
        {approvers.length > 0 && (
          <Card title={t('approvals.title')} wide>
            {approvers.map((service) => (
              <WaitingActs key={service} service={service} />
            ))}
          </Card>
        )}
        {may('identity', 'list-blocks') && (
          <Card title={t('home.blocks')} wide>
            <BlockedHolders />
          </Card>
        )}
        {may('migration', 'read-campaign') && (
          <Card title={t('home.late')} wide>
            <LateMoves />
          </Card>
        )}
        {may('notification', 'list-communications') && (
          <Card title={t('home.failed')} wide>
            <FailedCommunications />
          </Card>
        )}
        <Card title={t('home.listsTitle')} wide>
          <WaitingLists />
        </Card>
        {readers.length > 0 && (
          <Card title={t('home.deadLetters')} wide>
            {readers.map((service) => (
              <DeadLetters key={service} service={service} />
            ))}
          </Card>
        )}
      </div>
    </>
  );
}

/** Services that are not well. */
function Down() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useSuiteHealth();
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const unwell = data.filter(({ state }) => state !== 'ok');
  if (unwell.length === 0) return <p className="good">{t('home.allWell', { count: data.length })}</p>;
  return (
    <ul>
      {unwell.map(({ name, state, lacks }) => (
        <li key={name} className={state === 'down' ? 'bad' : 'warning'}>
          <strong>{name}</strong>: {t(`services.states.${state}`)}
          {lacks.length > 0 && ` (${lacks.join(', ')})`}
        </li>
      ))}
    </ul>
  );
}
