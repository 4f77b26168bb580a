import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { readingServices, useDeadLetters } from '../../../api/dead-letters.ts';
import type { ReadingService } from '../../../api/dead-letters.ts';
import { usePerson } from '../../../api/session.tsx';
import { Card } from '../../../components/Card.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';

/** The facts that services could not take, the oldest first; each service by itself. */
export default function DeadLettersPage() {
  const { t } = useTranslation();
  const person = usePerson();
  const mine = readingServices.filter((service) => person?.may[service]?.includes('list-dead-letters') === true);
  usePageTitle(t('home.deadLetters'));
  return (
    <>
      <h1>{t('home.deadLetters')}</h1>
      {mine.length === 0 && <p>{t('letters.notYours')}</p>}
      <div className="cards">
        {mine.map((service) => (
          <Card key={service} title={service} wide>
            <LettersOf service={service} />
          </Card>
        ))}
      </div>
    </>
  );
}

function LettersOf({ service }: { readonly service: ReadingService }) {
  const { t, i18n } = useTranslation();
  return (
    <PagedList
      file="fatti"
      pages={useDeadLetters(service, t('home.lettersPurpose'))}
      summary={(count) => count === 0 && <p className="good">{t('home.noLetters', { service })}</p>}
      row={({ id, topic, cause, keptAt }) => (
        <li key={id}>
          <Link to={`/operatore/fatti/${service}/${id}`}>
            {shortInRome(i18n.language, Date.parse(keptAt))}, {topic}
          </Link>
          : {cause === null ? t('letters.waits') : t('letters.cause', { cause })}
        </li>
      )}
    />
  );
}
