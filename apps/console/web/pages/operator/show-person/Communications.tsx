import { useTranslation } from 'react-i18next';
import { useCommunications } from '../../../api/communications.ts';
import { Copied } from '../../../components/Copied.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { shortInRome } from '../../../i18n/formats.ts';

interface CommunicationsProps {
  readonly holder: string;
  readonly purpose: string;
}

/** What a person was told, by which way, and what has become of it. */
export function Communications({ holder, purpose }: CommunicationsProps) {
  const { t, i18n } = useTranslation();
  return (
    <PagedList
      pages={useCommunications(holder, purpose)}
      summary={(count) => count === 0 && <p>{t('communications.none')}</p>}
      row={({ id, kind, channel, generation, state, askedAt, identificativo, reason }) => (
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
      )}
    />
  );
}
