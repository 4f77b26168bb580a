import { campaignOpened } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { campaignLife } from '../domain/campaign.ts';
import type { Campaign } from '../domain/campaign.ts';
import { unknownCampaign, wrongState } from '../domain/refusals.ts';
import type { CampaignRefusal } from '../domain/refusals.ts';
import { lockCampaign, updateCampaign } from '../persistence/campaign.store.ts';
import type { Tx } from '../persistence/transaction.ts';

/**
 * Opens a proposed campaign: from here on its loads plan moves. Opening it again changes nothing.
 * Refusals: `campaign/unknown`, `campaign/wrong-state` (it is closed).
 */
export async function openCampaign(tx: Tx, id: string, at: Instant): Promise<Campaign | CampaignRefusal> {
  const campaign = await lockCampaign(tx, id);
  if (campaign === null) return unknownCampaign(id);
  const state = campaignLife[campaign.state].open;
  if (state === null) return wrongState(id, campaign.state);
  if (state === campaign.state) return campaign;
  const sequence = campaign.sequence + 1;
  await updateCampaign(tx, id, { state, sequence });
  await append(tx, campaignOpened, { key: id, sequence, time: at, data: { campaign: id } });
  return { ...campaign, state, sequence };
}
