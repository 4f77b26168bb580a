import { Button } from 'design-react-kit';
import { useTranslation } from 'react-i18next';
import { useCommunications } from '../../../api/communications.ts';
import { Copied } from '../../../components/Copied.tsx';
import { ProblemNotice } from '../../../components/ProblemNotice.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

interface CommunicationsProps {
  readonly holder: string;
  readonly purpose: string;
}

/** What a person was told, by which way, and what has become of it. */
export function Communications({ holder, purpose }: CommunicationsProps) {
  const { t, i18n } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useCommunications(holder, purpose);
  if (isPending) return <Waiting words={t('state.loading')} />;
  if (error !== null) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const all = data.pages.flatMap(({ items }) => items);
  if (all.length === 0) return <p>{t('communications.none')}</p>;
  return (
    <>
      <ul>
        {all.map(({ id, kind, channel, generation, state, askedAt, identificativo, reason }) => (
          <li key={id}>
            {t('communications.line', {
              kind: t(`communications.kinds.${kind}`),
              channel: t(`communications.channels.${channel}`),
              at: shortInRome(i18n.language, Date.parse(askedAt)),
              generation,
            })}{' '}
            <strong>{t(`communications.states.${state}`)}</strong>
            {reason !== null && `: ${reason}`} {identificativo !== null && <Copied value={identificativo} />}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button color="primary" outline onClick={() => void fetchNextPage()}>
          {t('persons.more')}
        </Button>
      )}
    </>
  );
}
