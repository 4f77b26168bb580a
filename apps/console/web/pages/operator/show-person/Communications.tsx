import { useTranslation } from 'react-i18next';
import { useCommunications } from '../../../api/communications.ts';
import { CommunicationLine } from '../../../components/CommunicationLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';

interface CommunicationsProps {
  readonly holder: string;
  readonly purpose: string;
}

/** What a person was told, by which way, and what has become of it. */
export function Communications({ holder, purpose }: CommunicationsProps) {
  const { t } = useTranslation();
  return (
    <PagedList
      file="comunicazioni"
      pages={useCommunications(holder, purpose)}
      summary={(count) => count === 0 && <p>{t('communications.none')}</p>}
      row={(communication) => <CommunicationLine key={communication.id} communication={communication} />}
    />
  );
}
