import type { DataOf, sendingHeld } from '@recapito/contracts';
import { formatInstant, instant, stateAfter, statesBefore } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { emissionLife } from '../domain/emission-life.ts';
import type { HeldQueue, ReleaseRequest } from '../domain/suspension.ts';
import { listed } from './due-rows.ts';
import type { Tx } from './tx.ts';

/** Why a box is held, as the fact says it. */
export type HoldCause = DataOf<typeof sendingHeld>['cause'];

/** A box whose sending is, or was, held. */
export interface Hold {
  readonly id: string;
  readonly box: string;
  readonly holder: string;
  readonly provider: string;
  readonly cause: HoldCause;
  readonly at: Instant;
  readonly queued: number;
  readonly sequence: number;
  readonly request: ReleaseRequest | null;
  readonly released: { readonly by: string; readonly at: Instant } | null;
}

interface HoldRow extends Omit<Hold, 'at' | 'request' | 'released'> {
  readonly at: Date;
  readonly requestId: string | null;
  readonly askedBy: string | null;
  readonly askedAt: Date | null;
  readonly queue: HeldQueue | null;
  readonly reason: string | null;
  readonly releasedBy: string | null;
  readonly releasedAt: Date | null;
}

const columns = `id::text, box, holder::text, provider, cause, at, queued, sequence, request_id::text AS "requestId",
  asked_by AS "askedBy", asked_at AS "askedAt", queue, reason, released_by AS "releasedBy", released_at AS "releasedAt"`;

/** Saves a new hold. False when its box is held already. */
export async function addHold(
  tx: Tx,
  { id, box, holder, provider, cause, at }: Pick<Hold, 'id' | 'box' | 'holder' | 'provider' | 'cause' | 'at'>,
): Promise<boolean> {
  const added = await tx.$executeRawUnsafe(
    `INSERT INTO sending_hold (id, box, open_box, holder, provider, cause, at, queued)
     VALUES ($1::uuid, $2::text, $2::text, $3::uuid, $4::text, $5::jsonb, $6::timestamptz, 0)
     ON CONFLICT (open_box) DO NOTHING`,
    id,
    box,
    holder,
    provider,
    JSON.stringify(cause),
    formatInstant(at),
  );
  return added === 1;
}

/** Holds the envelopes of a box that have not left yet. @returns how many. */
export async function holdEnvelopes(tx: Tx, { id, box }: Pick<Hold, 'id' | 'box'>): Promise<number> {
  const held = await tx.$executeRawUnsafe(
    `UPDATE emission SET state = $3::text, hold_id = $1::uuid
     WHERE state IN ${listed(statesBefore(emissionLife, 'suspend'))} AND kind = 'posta-certificata' AND give_up IS NULL
       AND identificativo IN (SELECT identificativo FROM submission WHERE sender = $2::text AND state = 'accepted')`,
    id,
    box,
    stateAfter(emissionLife, 'suspend'),
  );
  await tx.$executeRawUnsafe(`UPDATE sending_hold SET queued = $2::int WHERE id = $1::uuid`, id, held);
  return held;
}

/**
 * Releases what is held with a box: it is due again, to be carried, or to be returned for the reason that is given. What
 * was leased when it was held stays leased.
 */
export async function releaseEnvelopes(tx: Tx, id: string, giveUp: string | null): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET state = $3::text, hold_id = NULL, give_up = $2::text,
       not_before = greatest(not_before, clock_timestamp())
     WHERE hold_id = $1::uuid AND state IN ${listed(statesBefore(emissionLife, 'release'))}`,
    id,
    giveUp,
    stateAfter(emissionLife, 'release'),
  );
}

/** A hold, locked until the transaction ends. */
export async function lockHold(tx: Tx, id: string): Promise<Hold | undefined> {
  const [row] = await tx.$queryRawUnsafe<HoldRow[]>(
    `SELECT ${columns} FROM sending_hold WHERE id = $1::uuid FOR UPDATE`,
    id,
  );
  return row && holdOf(row);
}

/** Saves what a person has asked for, or null when it was taken back. @returns the number of the fact that follows. */
export async function saveRequest(tx: Tx, id: string, request: ReleaseRequest | null): Promise<number> {
  return await sequenceOf(
    tx.$queryRawUnsafe(
      `UPDATE sending_hold SET request_id = $2::uuid, asked_by = $3::text, asked_at = $4::timestamptz, queue = $5::text,
         reason = $6::text, sequence = sequence + 1 WHERE id = $1::uuid RETURNING sequence`,
      id,
      request?.id ?? null,
      request?.by ?? null,
      request === null ? null : formatInstant(request.at),
      request?.queue ?? null,
      request?.reason ?? null,
    ),
  );
}

/** Ends a hold. @returns the number of the fact that follows. */
export async function saveRelease(tx: Tx, id: string, by: string, at: Instant): Promise<number> {
  return await sequenceOf(
    tx.$queryRawUnsafe(
      `UPDATE sending_hold SET open_box = NULL, released_by = $2::text, released_at = $3::timestamptz,
         sequence = sequence + 1 WHERE id = $1::uuid RETURNING sequence`,
      id,
      by,
      formatInstant(at),
    ),
  );
}

/** Of these holders, those a box of whose was held, each with the system instant (milliseconds) of the last time. */
export async function lastHeldAmong(tx: Tx, holders: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.$queryRawUnsafe<{ holder: string; since: Date }[]>(
    `SELECT holder::text, max(held_at) AS since FROM sending_hold WHERE holder = ANY($1::uuid[]) GROUP BY holder`,
    holders,
  );
  return new Map(rows.map(({ holder, since }) => [holder, since.getTime()]));
}

/** One hold, for who looks at it. */
export async function findHold(tx: Tx, id: string): Promise<Hold | undefined> {
  const [row] = await tx.$queryRawUnsafe<HoldRow[]>(`SELECT ${columns} FROM sending_hold WHERE id = $1::uuid`, id);
  return row && holdOf(row);
}

/** Holds, the latest first. */
export async function holdPage(
  tx: Tx,
  wanted: { open: boolean | null; box: string | null; before: { at: Instant; id: string } | null; limit: number },
): Promise<Hold[]> {
  const { open, box, before, limit } = wanted;
  const rows = await tx.$queryRawUnsafe<HoldRow[]>(
    `SELECT ${columns} FROM sending_hold
     WHERE ($1::boolean IS NULL OR (open_box IS NOT NULL) = $1::boolean) AND ($2::text IS NULL OR box = $2::text)
       AND ($3::timestamptz IS NULL OR (at, id) < ($3::timestamptz, $4::uuid))
     ORDER BY at DESC, id DESC LIMIT $5::int`,
    open,
    box,
    before === null ? null : formatInstant(before.at),
    before?.id ?? null,
    limit,
  );
  return rows.map(holdOf);
}

/** How many boxes are held now. */
export async function openHolds(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ open: number }[]>(
    `SELECT count(*)::int AS open FROM sending_hold WHERE open_box IS NOT NULL`,
  );
  return row?.open ?? 0;
}

async function sequenceOf(update: Promise<{ sequence: number }[]>): Promise<number> {
  const [row] = await update;
  if (row === undefined) throw new Error('a hold that was locked is gone');
  return row.sequence;
}

function holdOf(row: HoldRow): Hold {
  const { requestId, askedBy, askedAt, queue, reason, releasedBy, releasedAt, at, ...rest } = row;
  const asked = requestId !== null && askedBy !== null && askedAt !== null && queue !== null && reason !== null;
  const request = asked ? { id: requestId, by: askedBy, at: instant(askedAt.getTime()), queue, reason } : null;
  const released =
    releasedBy !== null && releasedAt !== null ? { by: releasedBy, at: instant(releasedAt.getTime()) } : null;
  return { ...rest, at: instant(at.getTime()), request, released };
}
