import { useTranslation } from 'react-i18next';
import { useMoves } from '../../../api/moves.ts';
import { MoveLine } from '../../../components/MoveLine.tsx';
import { PagedList } from '../../../components/PagedList.tsx';
import { useChosenCampaign } from './use-chosen-campaign.ts';

/** Confirmed holders of a campaign whose box did not come within twenty-four hours. */
export function LateMoves() {
  const { t } = useTranslation();
  const campaign = useChosenCampaign();
  const moves = useMoves(campaign, { late: 'true' }, t('home.latePurpose'));
  if (campaign === '') return <p>{t('home.noCampaign')}</p>;
  return (
    <PagedList
      file="ritardi"
      pages={moves}
      summary={(count) => count === 0 && <p className="good">{t('home.noLate')}</p>}
      row={(move) => <MoveLine key={move.id} move={move} withHolder />}
    />
  );
}
