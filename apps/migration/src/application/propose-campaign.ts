import { campaignProposed } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { Campaign, CampaignPlan } from '../domain/campaign.ts';
import { findCampaign, insertCampaign } from '../persistence/campaign.store.ts';
import type { Tx } from '../persistence/transaction.ts';

/** Proposes the campaign of a programme. Proposing it again changes nothing and answers how it stands. */
export async function proposeCampaign(tx: Tx, plan: CampaignPlan, at: Instant): Promise<Campaign> {
  if (await insertCampaign(tx, plan))
    await append(tx, campaignProposed, {
      key: plan.id,
      sequence: 1,
      time: at,
      data: {
        campaign: plan.id,
        programme: plan.programme,
        source: plan.source.service,
        target: plan.target.service,
        until: plan.until,
      },
    });
  const campaign = await findCampaign(tx, plan.id);
  if (campaign === null) throw new Error(`campaign ${plan.id} vanished while it was proposed`);
  return campaign;
}
