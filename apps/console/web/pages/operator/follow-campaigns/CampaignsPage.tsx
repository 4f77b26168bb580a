import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCampaigns } from '../../../api/campaigns.ts';
import { PagedList } from '../../../components/PagedList.tsx';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { shortInRome } from '../../../i18n/formats.ts';

/** All campaigns, each with its bound and how far it is. */
export default function CampaignsPage() {
  const { t, i18n } = useTranslation();
  usePageTitle(t('campaigns.title'));
  return (
    <>
      <h1>{t('campaigns.title')}</h1>
      <PagedList
        file="campagne"
        pages={useCampaigns()}
        summary={(count) => count === 0 && <p>{t('campaigns.none')}</p>}
        row={({ id, state, until }) => (
          <li key={id}>
            <Link to={`/operatore/campagne/${id}`}>{id}</Link>: <strong>{t(`campaigns.states.${state}`)}</strong>,{' '}
            {t('campaigns.until', { until: shortInRome(i18n.language, Date.parse(until)) })}
          </li>
        )}
      />
    </>
  );
}
