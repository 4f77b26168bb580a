import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDeadLetters } from '../../../api/dead-letters.ts';
import type { ReadingService } from '../../../api/dead-letters.ts';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { Waiting } from '../../../components/Waiting.tsx';

/** How many facts a service could not take, and why the oldest of them. A service that is away says so in its own line. */
export function DeadLetters({ service }: { readonly service: ReadingService }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useDeadLetters(service, t('home.lettersPurpose'));
  if (isPending) return <Waiting words={t('home.asked', { service })} />;
  if (error !== null)
    return (
      <>
        <strong>{service}</strong>
        <ProblemNotice error={error} retry={() => void refetch()} />
      </>
    );
  const { items, next } = data.pages[0] ?? { items: [], next: null };
  const [oldest] = items;
  if (oldest === undefined) return <p className="good">{t('home.noLetters', { service })}</p>;
  const more = next === null ? '' : '+';
  return (
    <p className="bad">
      <Link to="/operatore/fatti">{t('home.letters', { service, number: `${items.length}${more}` })}</Link>{' '}
      {oldest.cause !== null && t('home.oldest', { cause: oldest.cause, topic: oldest.topic })}
    </p>
  );
}
