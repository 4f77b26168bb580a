import { instant, romeDay } from '@recapito/primitives';
import type { Campaign, CampaignPlan, CampaignState } from '../domain/campaign.ts';
import type { Campaign as CampaignRow } from './generated/client.ts';
import type { Tx } from './transaction.ts';

/** The campaign of that name, its row locked until the transaction ends. */
export async function lockCampaign(tx: Tx, id: string): Promise<Campaign | null> {
  await tx.$queryRaw`SELECT 1 FROM campaign WHERE id = ${id} FOR UPDATE`;
  return findCampaign(tx, id);
}

export async function findCampaign(tx: Tx, id: string): Promise<Campaign | null> {
  const row = await tx.campaign.findUnique({ where: { id } });
  return row && campaignIn(row);
}

/** Campaigns in the order of their names, after the one named, at most `limit`. */
export async function listCampaigns(tx: Tx, after: string, limit: number): Promise<Campaign[]> {
  const rows = await tx.campaign.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take: limit });
  return rows.map(campaignIn);
}

function campaignIn(row: CampaignRow): Campaign {
  return {
    id: row.id,
    programme: row.programme,
    source: { service: row.source, domain: row.sourceDomain },
    target: { service: row.target, domain: row.targetDomain },
    until: instant(row.until.getTime()),
    adultAt: row.adultAt,
    recognisedFrom: row.recognisedFrom === null ? null : romeDay(row.recognisedFrom),
    state: row.state as CampaignState,
    sequence: row.sequence,
    accepted: row.accepted,
  };
}

/** Keeps a proposed campaign. False when it is there already. */
export async function insertCampaign(tx: Tx, plan: CampaignPlan): Promise<boolean> {
  const { count } = await tx.campaign.createMany({
    data: {
      id: plan.id,
      programme: plan.programme,
      source: plan.source.service,
      sourceDomain: plan.source.domain,
      target: plan.target.service,
      targetDomain: plan.target.domain,
      until: new Date(plan.until),
      adultAt: plan.adultAt,
      recognisedFrom: plan.recognisedFrom,
      state: 'proposed',
      sequence: 1,
    },
    skipDuplicates: true,
  });
  return count === 1;
}

export async function updateCampaign(
  tx: Tx,
  id: string,
  changed: { state?: CampaignState; sequence?: number; accepted?: number },
): Promise<void> {
  await tx.campaign.update({ where: { id }, data: changed });
}
