import { instant, stateAfter, statesBefore } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { emissionLife } from '../domain/emission-life.ts';
import type { EmissionState } from '../domain/emission-life.ts';
import type { EmissionKind } from '../domain/emission.ts';
import { listed } from './due-rows.ts';
import type { Tx } from './tx.ts';

/** What waits to go to another provider. */
export interface Queued {
  readonly id: bigint;
  readonly provider: string;
  readonly towards: string;
  readonly kind: EmissionKind;
  readonly identificativo: string;
  readonly messageId: string;
  readonly at: Instant;
  readonly forwardPath: readonly string[];
  readonly state: Extract<EmissionState, 'due' | 'held'>;
  readonly tries: number;
  /** The hold of its sender's box under which it waits; null when it was held by itself, or is due. */
  readonly holdId: string | null;
  /** By the system clock: the end of the lease, or of the pause before the next try. */
  readonly notBefore: Date;
}

type QueuedRow = Omit<Queued, 'at'> & { readonly at: Date };

/** True of what an operator may hold or hurry: it has not ended. */
const waits = `state IN ${listed(statesBefore(emissionLife, 'retry'))} AND towards IS NOT NULL`;

const columns = `id, provider, towards, kind, identificativo, message_id AS "messageId", at,
  forward_path AS "forwardPath", state, tries,
  hold_id::text AS "holdId", not_before AS "notBefore"`;

/** What waits for a provider, or for any but those that are left out, in the order in which it was made. */
export async function queuePage(
  tx: Tx,
  wanted: {
    state: Queued['state'] | null;
    towards: string | null;
    except: readonly string[];
    after: bigint;
    limit: number;
  },
): Promise<Queued[]> {
  const rows = await tx.$queryRawUnsafe<QueuedRow[]>(
    `SELECT ${columns} FROM emission
      WHERE ${waits} AND towards <> ALL ($1::text[])
        AND ($2::text IS NULL OR towards = $2::text) AND ($3::text IS NULL OR state = $3::text) AND id > $4::bigint
      ORDER BY id LIMIT $5::int`,
    wanted.except,
    wanted.towards,
    wanted.state,
    wanted.after,
    wanted.limit,
  );
  return rows.map(queued);
}

/** One that waits, locked until the transaction ends; undefined when it has come to its end, or goes to nobody else. */
export async function lockQueued(tx: Tx, id: bigint): Promise<Queued | undefined> {
  const [row] = await tx.$queryRawUnsafe<QueuedRow[]>(
    `SELECT ${columns} FROM emission WHERE id = $1::bigint AND ${waits} FOR UPDATE`,
    id,
  );
  return row && queued(row);
}

/** Holds a locked one: nobody begins to carry it any more. */
export async function holdQueued(tx: Tx, id: bigint): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET state = $2::text WHERE id = $1::bigint`,
    id,
    stateAfter(emissionLife, 'hold'),
  );
}

/** Makes a locked one due at once, however long it was to rest. */
export async function makeDue(tx: Tx, id: bigint): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET state = $2::text, hold_id = NULL, not_before = clock_timestamp() WHERE id = $1::bigint`,
    id,
    stateAfter(emissionLife, 'retry'),
  );
}

function queued({ at, ...row }: QueuedRow): Queued {
  return { ...row, at: instant(at.getTime()) };
}
