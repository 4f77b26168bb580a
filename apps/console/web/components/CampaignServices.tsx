import { useTranslation } from 'react-i18next';
import type { LiveDocument } from '../api/live.tsx';

type Campaign = NonNullable<LiveDocument['campaign']>;

/** From which service to which one holders move. */
export function CampaignServices({ campaign: { source, target } }: { readonly campaign: Campaign }) {
  const { t } = useTranslation();
  return <p className="lead">{t('campaign.between', { source: named(source), target: named(target) })}</p>;
}

function named({ brand, domain }: Campaign['source']): string {
  return domain === null ? brand : `${brand} (@${domain})`;
}
