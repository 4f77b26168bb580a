import {
  messageDelivered,
  messageHandedOver,
  messageNotDelivered,
  takenInCharge,
  timeLimitPassed,
} from '@recapito/contracts';
import { formatInstant, stateAfter, statesBefore } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { emissionLife } from '../domain/emission-life.ts';
import { placementLife } from '../domain/placement-life.ts';
import type { PlacementCommand } from '../domain/placement-life.ts';
import { listed } from './due-rows.ts';
import type { Hold } from './hold.store.ts';
import type { Tx } from './tx.ts';

/** Takes over the number of a fact about a message, unless its last one is higher. */
export async function raiseMessageNumber(tx: Tx, key: string, sequence: number): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE message SET sequence = greatest(sequence, $2::int) WHERE identificativo = $1::text`,
    key,
    sequence,
  );
}

/** A message is in these boxes, or will never be: it is not put there a second time. */
export async function restorePlacementEnds(
  tx: Tx,
  key: string,
  addresses: readonly string[],
  command: PlacementCommand,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE placement SET state = $3::text FROM arrival
     WHERE arrival.id = placement.arrival_id AND arrival.identificativo = $1::text AND arrival.kind = 'envelope'
       AND address = ANY($2::text[]) AND placement.state IN ${listed(statesBefore(placementLife, command))}`,
    key,
    addresses,
    stateAfter(placementLife, command),
  );
}

/** The envelopes of a message go no more to these recipients; one that goes to nobody has been carried. */
export async function narrowEnvelopes(tx: Tx, key: string, settled: readonly string[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET forward_path = rest.path, state = CASE WHEN rest.path = '{}' THEN $3::text ELSE state END
     FROM (SELECT id, ARRAY(SELECT address FROM unnest(forward_path) AS address WHERE lower(address) <> ALL($2::text[]))
                        AS path
           FROM emission WHERE identificativo = $1::text AND kind = 'posta-certificata') AS rest
     WHERE emission.id = rest.id AND state IN ${listed(statesBefore(emissionLife, 'carry'))} AND emission.forward_path <> rest.path`,
    key,
    settled,
    stateAfter(emissionLife, 'carry'),
  );
}

/** Of these boxes, those for which a message was taken in charge by a fact that was forgotten: it is not said again. */
export async function takenInChargeBefore(tx: Tx, key: string, boxes: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ address: string }[]>(
    `SELECT address FROM forgotten_fact, jsonb_array_elements_text(value::jsonb -> 'ricezione') AS address
     WHERE topic = $1::text AND key = $2::text AND type = $3::text AND address = ANY($4::text[])`,
    takenInCharge.topic,
    key,
    takenInCharge.type,
    boxes,
  );
  return new Set(rows.map(({ address }) => address));
}

/** A submission whose file was erased when it had come to its end, at an instant that no fact says. */
export async function markErased(tx: Tx, identificativo: string, at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE submission SET erased_at = $2::timestamptz WHERE identificativo = $1::text`,
    identificativo,
    formatInstant(at),
  );
}

/** The recipients who have their final outcome by forgotten facts about a message. */
export async function endedByForgotten(tx: Tx, key: string): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ address: string }[]>(
    `SELECT lower(value::jsonb ->> 'consegna') AS address FROM forgotten_fact
     WHERE topic = $1::text AND key = $2::text
       AND (type = ANY($3::text[]) OR (type = $4::text AND value::jsonb ->> 'limit' = 'twenty-four-hours'))`,
    messageDelivered.topic,
    key,
    [messageDelivered, messageNotDelivered, messageHandedOver].map(({ type }) => type),
    timeLimitPassed.type,
  );
  return new Set(rows.map(({ address }) => address));
}

/** Keeps a hold as its fact says it; sessions that were opened before `heldAt`, by the system clock, are over. */
export async function restoreHold(
  tx: Tx,
  { id, box, holder, provider, cause, at }: Pick<Hold, 'id' | 'box' | 'holder' | 'provider' | 'cause' | 'at'>,
  heldAt: Date,
): Promise<boolean> {
  await tx.$executeRawUnsafe(
    `INSERT INTO sending_hold (id, box, open_box, holder, provider, cause, at, held_at, queued)
     VALUES ($1::uuid, $2::text, $2::text, $3::uuid, $4::text, $5::jsonb, $6::timestamptz, $7::timestamptz, 0)
     ON CONFLICT DO NOTHING`,
    id,
    box,
    holder,
    provider,
    JSON.stringify(cause),
    formatInstant(at),
    heldAt,
  );
  const [row] = await tx.$queryRawUnsafe<unknown[]>('SELECT FROM sending_hold WHERE id = $1::uuid', id);
  return row !== undefined;
}

/** Takes over the number of a fact about a hold, unless its last one is higher. */
export async function raiseHoldNumber(tx: Tx, id: string, sequence: number): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE sending_hold SET sequence = greatest(sequence, $2::int) WHERE id = $1::uuid`,
    id,
    sequence,
  );
}
