import { formatInstant, instant, stateAfter, statesBefore } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CertificationKind, CertifiedMessage } from '@recapito/rfc6109';
import { placementLife } from '../domain/placement-life.ts';
import type { PlacementCommand, PlacementState } from '../domain/placement-life.ts';
import type { ArrivalKeys } from './arrival-keys.ts';
import { dueIn, listed } from './due-rows.ts';
import type { KnownMessage } from './message.store.ts';
import { storeIdSql } from './store-id.ts';
import { lockNamed } from './locks.ts';
import type { Tx } from './tx.ts';

export interface NewArrival {
  readonly id: string;
  /** Which of our providers took it. */
  readonly provider: string;
  readonly kind: 'envelope' | 'receipt' | 'anomaly';
  readonly identificativo: string;
  readonly messageId: string;
  /** The provider that signed it; '' for what is not certified. */
  readonly signedBy: string;
  readonly reversePath: string;
  /** Whom an anomaly envelope names as its sender; '' for nobody, null for what is certified. */
  readonly onBehalfOf: string | null;
  readonly tipo: CertificationKind | 'anomalia';
  /** Why an anomaly envelope certifies nothing, in Italian; null for what is certified. */
  readonly reason: string | null;
  readonly at: Instant;
  /** Of its file in the spool; null when it is kept from there. */
  readonly spoolSha256: string | null;
}

/** A box that an arrival is to be put into. */
export interface DuePlacement {
  readonly id: bigint;
  readonly address: string;
  /** By which the mail store knows it again. */
  readonly storeId: string;
  readonly tries: number;
  readonly arrival: NewArrival;
  readonly message: KnownMessage;
}

/** A box that a message has come for before. */
export interface ReceivedBefore {
  readonly address: string;
  readonly identificativo: string;
  /** True when the peer got a refusal for this address. */
  readonly refused: boolean;
}

/** Takes an advisory lock on the deduplication key until the transaction ends: a concurrent redelivery waits. */
export async function lockArrival(tx: Tx, { key }: ArrivalKeys): Promise<void> {
  await lockNamed(tx, 'arrival-key', key);
}

/** Of these addresses, those for which this message has come before, and as what; the first first. */
export async function receivedBefore(
  tx: Tx,
  { key, earlier }: ArrivalKeys,
  addresses: readonly string[],
): Promise<ReceivedBefore[]> {
  return await tx.$queryRawUnsafe(
    `SELECT address, identificativo, placement.state = 'refused' AS refused
     FROM placement JOIN arrival ON arrival.id = placement.arrival_id
     WHERE arrival_key = ANY($1::text[]) AND address = ANY($2::text[])
     ORDER BY placement.id`,
    earlier === null ? [key] : [key, earlier],
    addresses,
  );
}

/** Of these addresses, those for which a message has not been taken before. */
export function newRecipientsOf(
  forwardPath: readonly string[],
  taken: readonly { readonly address: string }[],
): string[] {
  return forwardPath.filter((address) => !taken.some((each) => each.address === address));
}

/** A box and what becomes of an arrival there: `returned` are those that do not take it, `refused` those of which the peer hears no. */
export interface NewPlacement {
  readonly address: string;
  readonly state: Exclude<PlacementState, 'placed'>;
}

/** Saves an arrival with its boxes, under its deduplication key. */
export async function addArrival(
  tx: Tx,
  arrival: NewArrival,
  { key }: ArrivalKeys,
  boxes: readonly NewPlacement[],
): Promise<void> {
  await tx.$executeRawUnsafe(
    `WITH kept AS (
       INSERT INTO arrival (id, provider, kind, identificativo, message_id, signed_by, reverse_path, tipo, at, spool_sha256, erased_at, reason,
         on_behalf_of)
       VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::timestamptz, $10::text,
         CASE WHEN $10::text IS NULL THEN $9::timestamptz END, $13::text, $14::text)
       RETURNING id)
     INSERT INTO placement (arrival_id, arrival_key, address, state, store_id)
     SELECT id, $15::text, address, state, ${storeIdSql("'placement '", '$15::text', "' '", 'address')} FROM kept, unnest($11::text[], $12::text[]) AS b (address, state)`,
    arrival.id,
    arrival.provider,
    arrival.kind,
    arrival.identificativo,
    arrival.messageId,
    arrival.signedBy,
    arrival.reversePath,
    arrival.tipo,
    formatInstant(arrival.at),
    arrival.spoolSha256,
    boxes.map(({ address }) => address),
    boxes.map(({ state }) => state),
    arrival.reason,
    arrival.onBehalfOf,
    key,
  );
}

interface PlacementRow extends Omit<NewArrival, 'at' | 'id'> {
  readonly id: bigint;
  readonly address: string;
  readonly storeId: string;
  readonly tries: number;
  readonly arrivalId: string;
  readonly at: Date;
  readonly certified: CertifiedMessage;
}

const placementColumns = `placement.id, placement.address, placement.store_id AS "storeId",
       placement.tries, arrival.id::text AS "arrivalId", provider, kind,
       arrival.identificativo, arrival.message_id AS "messageId", arrival.signed_by AS "signedBy",
       reverse_path AS "reversePath", on_behalf_of AS "onBehalfOf", tipo, at, spool_sha256 AS "spoolSha256", reason,
       certified`;

/** Leases placements for `leaseMs`, those first that have been due for longest. */
export async function leaseDuePlacements(tx: Tx, limit: number, leaseMs: number): Promise<DuePlacement[]> {
  const rows = await tx.$queryRawUnsafe<PlacementRow[]>(
    `UPDATE placement SET not_before = clock_timestamp() + make_interval(secs => $2::float8 / 1000), tries = tries + 1
     FROM arrival, message
     WHERE arrival.id = placement.arrival_id AND message.identificativo = arrival.identificativo
       AND placement.id = ANY(ARRAY(${dueIn('placement')}))
     RETURNING ${placementColumns}`,
    limit,
    leaseMs,
  );
  return rows.map(placementOf);
}

/** One placement with its arrival and message. @throws Error when there is none. */
export async function duePlacement(tx: Tx, id: bigint): Promise<DuePlacement> {
  const [row] = await tx.$queryRawUnsafe<PlacementRow[]>(
    `SELECT ${placementColumns} FROM placement JOIN arrival ON arrival.id = placement.arrival_id
     JOIN message ON message.identificativo = arrival.identificativo WHERE placement.id = $1::bigint`,
    id,
  );
  if (row === undefined) throw new Error(`there is no placement ${id}`);
  return placementOf(row);
}

function placementOf({
  id,
  address,
  storeId,
  tries,
  certified,
  arrivalId,
  at,
  ...arrival
}: PlacementRow): DuePlacement {
  const message = { ...certified, key: arrival.identificativo };
  return { id, address, storeId, tries, message, arrival: { ...arrival, id: arrivalId, at: instant(at.getTime()) } };
}

/** Ends placements that are in their boxes and need no receipt; not those that another process has ended. */
export async function endPlaced(tx: Tx, ids: readonly bigint[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE placement SET state = $2::text
     WHERE id = ANY($1::bigint[]) AND state IN ${listed(statesBefore(placementLife, 'place'))}`,
    ids,
    stateAfter(placementLife, 'place'),
  );
}

/** Ends a placement. False when somebody else has ended it: then nothing more is to be done. */
export async function endPlacement(tx: Tx, id: bigint, command: PlacementCommand): Promise<boolean> {
  const ended = await tx.$executeRawUnsafe(
    `UPDATE placement SET state = $2::text
     WHERE id = $1::bigint AND state IN ${listed(statesBefore(placementLife, command))}`,
    id,
    stateAfter(placementLife, command),
  );
  return ended === 1;
}

/** Lets a placement rest after a try that failed for now, at this instant of the suite. */
export async function deferPlacement(tx: Tx, id: bigint, pauseMs: number, at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE placement SET not_before = clock_timestamp() + make_interval(secs => $2::float8 / 1000), failed_at = $3::timestamptz
     WHERE id = $1::bigint AND state = 'due'`,
    id,
    pauseMs,
    formatInstant(at),
  );
}

/** The suite instant of the oldest thing that is due and not done, null when everything is carried and placed. */
export async function earliestUndone(tx: Tx): Promise<Instant | null> {
  const [row] = await tx.$queryRawUnsafe<{ at: Date | null }[]>(
    `SELECT least(
       (SELECT min(at) FROM emission WHERE state = 'due'),
       (SELECT min(arrival.at) FROM placement JOIN arrival ON arrival.id = arrival_id WHERE placement.state = 'due')
     ) AS at`,
  );
  return row?.at ? instant(row.at.getTime()) : null;
}

/** Releases all leases and pauses: everything that is due is tried at once. Only when no other process works. */
export async function releaseWork(tx: Tx): Promise<void> {
  for (const table of ['emission', 'placement'])
    await tx.$executeRawUnsafe(
      `UPDATE ${table} SET not_before = clock_timestamp() WHERE state = 'due' AND not_before > clock_timestamp()`,
    );
}
