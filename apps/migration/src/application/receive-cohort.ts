import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { anotherFile, unknownCampaign, windowEnded, wrongState } from '../domain/refusals.ts';
import type { CampaignRefusal } from '../domain/refusals.ts';
import { findCampaign } from '../persistence/campaign.store.ts';
import { findLoad, insertLoad } from '../persistence/load.store.ts';
import type { Load } from '../persistence/load.store.ts';
import type { Tx } from '../persistence/transaction.ts';

/** A cohort that lies on our disk and was proved to be one. */
export interface ReceivedCohort {
  readonly id: string;
  readonly campaign: string;
  readonly sha256: string;
  readonly file: string;
  /** Rows that the first reading counted. */
  readonly expected: number;
}

/**
 * Takes a cohort into a running campaign; reading it into moves is the work of `plan-rows`, chunk by chunk. The id is
 * made of the request's idempotency key, so the same request again answers the same load.
 * Refusals: `campaign/unknown`, `campaign/wrong-state`, `campaign/window-ended`, `load/another-file`.
 */
export async function receiveCohort(tx: Tx, cohort: ReceivedCohort, at: Instant): Promise<Load | CampaignRefusal> {
  const before = await findLoad(tx, cohort.id);
  if (before !== null) return before.sha256 === cohort.sha256 ? before : anotherFile();
  const refusal = await refusalToLoad(tx, cohort.campaign, at);
  if (refusal !== null) return refusal;
  return insertLoad(tx, { ...cohort, at });
}

/** Why a campaign takes no cohort now; null when it does. */
export async function refusalToLoad(tx: Tx, id: string, at: Instant): Promise<CampaignRefusal | null> {
  const campaign = await findCampaign(tx, id);
  if (campaign === null) return unknownCampaign(id);
  if (campaign.state !== 'running') return wrongState(id, campaign.state);
  if (at >= campaign.until) return windowEnded(formatInstant(campaign.until)); // @rule INPS-MOVE-WINDOW
  return null;
}
