import { campaignLoaded, movePlanned } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { baseAddressId, certifiedAddress, derivedId, holderId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { NumberedRow } from '../cohort-file/read-cohort.ts';
import type { Campaign } from '../domain/campaign.ts';
import { loadLife } from '../domain/load.ts';
import { lockCampaign, updateCampaign } from '../persistence/campaign.store.ts';
import { advanceLoad, findLoad, finishLoad, insertRejects, lockLoad } from '../persistence/load.store.ts';
import { insertMoves, markSeen } from '../persistence/move.store.ts';
import type { NewMove } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { sortRows } from './sort-rows.ts';
import type { AcceptedRow } from './sort-rows.ts';

/** Rows of a load that were read together, and the keys by which persons and addresses are named. */
export interface Chunk {
  readonly load: string;
  readonly rows: readonly NumberedRow[];
  /** The suite's holder key, 32 bytes. */
  readonly holderKey: Uint8Array;
}

/**
 * Plans the moves of one chunk: sound rows become moves and facts, the others rejects, and the load remembers how far
 * it came, in one transaction. Rows that an earlier attempt dealt with are passed over, so a process may die anywhere.
 */
export async function planRows(tx: Tx, chunk: Chunk, at: Instant): Promise<void> {
  const found = await findLoad(tx, chunk.load);
  if (found === null) throw new Error(`load ${chunk.load} is not there`);
  const campaign = await lockCampaign(tx, found.campaign);
  const load = await lockLoad(tx, chunk.load);
  if (campaign === null || load === null) throw new Error(`load ${chunk.load} lost its campaign`);
  const rows = chunk.rows.filter((row) => row.line > load.line);
  const last = rows.at(-1);
  if (last === undefined) return;
  const { accepted, rejected, unchanged, planned } = await sortRows(tx, campaign, load.id, rows, at);
  const moves = accepted.map((row, index) => newMove(campaign, load.id, row, index, chunk.holderKey, at));
  await insertMoves(tx, moves);
  await markSeen(tx, campaign.id, [...unchanged, ...planned], load.id);
  await insertRejects(tx, load.id, rejected);
  await updateCampaign(tx, campaign.id, { accepted: campaign.accepted + accepted.length });
  const counts = {
    rows: rows.length,
    accepted: accepted.length + planned.length,
    rejected: rejected.length,
    unchanged: unchanged.length,
  };
  await advanceLoad(tx, load.id, last.line, counts);
  for (const move of moves) await appendPlanned(tx, campaign, move, at);
}

/** Ends a load whose file was read to its end, and publishes its counts. Idempotent. */
export async function endLoad(tx: Tx, id: string, at: Instant): Promise<void> {
  const found = await findLoad(tx, id);
  const campaign = found && (await lockCampaign(tx, found.campaign));
  const load = await lockLoad(tx, id);
  if (!campaign || load === null || loadLife[load.state].end === load.state) return;
  const sequence = campaign.sequence + 1;
  await finishLoad(tx, id);
  await updateCampaign(tx, campaign.id, { sequence });
  const { rows, accepted, rejected, unchanged } = load;
  await append(tx, campaignLoaded, {
    key: campaign.id,
    sequence,
    time: at,
    data: { campaign: campaign.id, load: id, rows, accepted, rejected, unchanged },
    again: true,
  });
}

function newMove(
  campaign: Campaign,
  load: string,
  { candidate, fingerprint }: AcceptedRow,
  index: number,
  key: Uint8Array,
  at: Instant,
): NewMove {
  return {
    id: derivedId('move', campaign.id, candidate.codiceFiscale),
    campaign: campaign.id,
    row: campaign.accepted + index + 1,
    holder: holderId(key, candidate.codiceFiscale),
    fingerprint,
    load,
    // Homonyms share the key, so mailbox hears them, and numbers them, in the order of the cohort. @rule ADDRESS-ORDER
    baseKey: baseAddressId(key, certifiedAddress(`${candidate.base}@${campaign.target.domain}`)),
    candidate,
    facts: { planned: at },
  };
}

async function appendPlanned(tx: Tx, campaign: Campaign, move: NewMove, at: Instant): Promise<void> {
  const { base: _, casella, recognition, ...person } = move.candidate;
  await append(tx, movePlanned, {
    key: move.baseKey,
    sequence: 1,
    time: at,
    data: {
      move: move.id,
      campaign: campaign.id,
      holder: move.holder,
      row: move.row,
      person,
      recognition: { origin: 'inps', ...recognition },
      source: { service: campaign.source.service, address: casella },
      target: { service: campaign.target.service, domain: campaign.target.domain },
      until: campaign.until,
    },
  });
}
