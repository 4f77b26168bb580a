import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFailedCommunications } from '../../../api/communications.ts';
import { CommunicationLine } from '../../../components/CommunicationLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';

/** What has not reached its reader: somebody has to find another way. */
export function FailedCommunications() {
  const { t } = useTranslation();
  return (
    <PagedList
      file="comunicazioni-fallite"
      pages={useFailedCommunications(t('home.failedPurpose'))}
      summary={(count) => count === 0 && <p className="good">{t('home.noFailed')}</p>}
      row={(communication) => (
        <CommunicationLine key={communication.id} communication={communication}>
          <Link to={`/operatore/persone/${communication.holder}`}>{communication.holder}</Link>{' '}
        </CommunicationLine>
      )}
    />
  );
}
