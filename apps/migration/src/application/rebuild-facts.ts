import {
  actAsked,
  announcementAsked,
  campaignClosed,
  campaignLoaded,
  campaignOpened,
  campaignProposed,
  moveCompleted,
  moveLapsed,
  movePlanned,
  moveRefused,
  switchAsked,
} from '@recapito/contracts';
import type { DataOf, EventDefinition } from '@recapito/contracts';
import { ForgottenRules, repeated, toldAgain } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { CampaignPlan, CampaignState } from '../domain/campaign.ts';
import { plannedAgain } from '../domain/planned-again.ts';
import type { MoveFacts } from '../domain/move.ts';
import { insertCampaign, lockCampaign, updateCampaign } from '../persistence/campaign.store.ts';
import { fingerprintOf } from '../persistence/load.store.ts';
import { restoreMove, saveFacts, lockMove } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/transaction.ts';

/**
 * What becomes of each fact that migration has published and its database, put back to an earlier state, has forgotten.
 * All is repeated before anything is read again: a fact about a move that is not there would be passed over.
 * @rule MIGRATION-REBUILDS
 */
export function migrationForgotten(planOf: (programme: string) => CampaignPlan | undefined): ForgottenRules<Tx> {
  return new ForgottenRules<Tx>('migration', [
    repeated(campaignProposed, (tx, { programme }) => repeatProposal(tx, planOf(programme))),
    repeated(campaignOpened, ofCampaign('running')),
    repeated(campaignClosed, ofCampaign('closed')),
    // The rows that were rejected stand in no fact: the load is read on, or its file is loaded again.
    toldAgain(campaignLoaded),
    repeated(movePlanned, repeatPlanning),
    ofMove(announcementAsked, (facts, { enrolment, generation, until, to }) => ({
      ...facts,
      enrolled: facts.enrolled ?? { enrolment, generation, until },
      reserved: facts.reserved ?? { address: to },
      announcementAsked: { generation: Math.max(generation, facts.announcementAsked?.generation ?? 0) },
    })),
    ofMove(switchAsked, (facts, { confirmedAt, dueAt }) => ({
      ...facts,
      confirmed: { at: confirmedAt },
      switchAsked: { dueAt },
    })),
    ofMove(moveCompleted, (facts, { to, confirmedAt, completedAt }) => ({
      ...facts,
      reserved: { address: to },
      confirmed: { at: confirmedAt },
      switched: { at: completedAt },
      ended: 'completed',
    })),
    ofMove(moveLapsed, (facts, _data, at) => ({ ...facts, voided: facts.voided ?? at, ended: 'lapsed' })),
    ofMove(moveRefused, (facts, { refusal }) => ({ ...facts, unaddressable: { refusal }, ended: 'refused' })),
    repeated(actAsked('migration.readings.v1'), (_tx, { subject }) => Promise.resolve(hasFactsOfItsOwn(subject))),
  ]);
}

async function repeatProposal(tx: Tx, plan: CampaignPlan | undefined): Promise<boolean> {
  if (plan === undefined) return false;
  await insertCampaign(tx, plan);
  return true;
}

function ofCampaign(state: CampaignState) {
  return async (tx: Tx, { campaign: id }: { readonly campaign: string }, fact: ForgottenFact): Promise<boolean> => {
    const campaign = await lockCampaign(tx, id);
    if (campaign === null) return false;
    const kept = campaign.state === 'closed' ? campaign.state : state;
    await updateCampaign(tx, id, { state: kept, sequence: Math.max(campaign.sequence, fact.sequence) });
    return true;
  };
}

/** A row of a cohort was accepted: the fact holds all of it but the load that brought it. */
async function repeatPlanning(tx: Tx, data: DataOf<typeof movePlanned>, fact: ForgottenFact): Promise<boolean> {
  const campaign = await lockCampaign(tx, data.campaign);
  const candidate = plannedAgain(data);
  if (campaign === null || candidate === undefined) return false;
  await updateCampaign(tx, campaign.id, { accepted: Math.max(campaign.accepted, data.row) });
  const { move: id, row, holder } = data;
  const fingerprint = fingerprintOf(candidate);
  const facts: MoveFacts = { planned: fact.time };
  return restoreMove(tx, {
    id,
    campaign: campaign.id,
    row,
    holder,
    fingerprint,
    baseKey: fact.key,
    candidate,
    facts,
  });
}

/** A statement about a move enters its set of facts, as if migration had just made it. */
function ofMove<Data extends { move: string }>(
  event: EventDefinition<Data>,
  state: (facts: MoveFacts, data: Data, at: Instant) => MoveFacts,
) {
  return repeated<Tx, Data>(event, async (tx, data, fact) => {
    const move = await lockMove(tx, data.move);
    if (move === null) return false;
    await saveFacts(tx, data.move, state(move.facts, data, fact.time), Math.max(move.sequence, fact.sequence));
    return true;
  });
}

/** What comes of a cohort that was uploaded cannot be rebuilt without its file. */
function hasFactsOfItsOwn(subject: string): boolean {
  return !/\/loads(\?|$)/.test(subject);
}
