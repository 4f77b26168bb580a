import type { TopicName } from '@recapito/contracts';
import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { lockKey } from './kept-records.ts';
import type { SqlTransaction } from '../sql.ts';
import type { DeadLetter } from './dead-letter.ts';

const columns = `id::text, consumer, topic, "partition", "offset"::text AS offset, key, cause,
  failure_class AS "failureClass", tries, kept_at AS "keptAt", redrive_asked_at AS "redriveAskedAt"`;

/** Open dead letters, oldest first; `after` is the id of the last one of the page before. */
export async function listDeadLetters(
  tx: SqlTransaction,
  page: { readonly after?: string; readonly limit: number },
): Promise<DeadLetter[]> {
  return tx.$queryRawUnsafe<DeadLetter[]>(
    `SELECT ${columns} FROM dead_letter
     WHERE closed_at IS NULL AND id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
     ORDER BY dead_letter.id LIMIT $2::int`,
    page.after ?? null,
    page.limit,
  );
}

/** A dead letter with what its record says. */
export interface ReadDeadLetter extends DeadLetter {
  /** `ce_type`; null when the record has none. */
  readonly type: string | null;
  /** As UTF-8; null when the record has no value. */
  readonly body: string | null;
  /** Open records of its key that were kept after it. */
  readonly behind: number;
}

/** An open dead letter with its content. Refusal: `dead-letter/unknown`, also when it is closed. */
export async function readDeadLetter(
  tx: SqlTransaction,
  id: string,
): Promise<ReadDeadLetter | Refusal<'dead-letter/unknown'>> {
  const [row] = await tx.$queryRawUnsafe<ContentRow[]>(
    `SELECT ${columns}, headers, value,
            (SELECT count(*)::int FROM dead_letter AS later WHERE later.consumer = dead_letter.consumer
             AND later.topic = dead_letter.topic AND later.key = dead_letter.key AND later.closed_at IS NULL
             AND later.seq > dead_letter.seq) AS behind
     FROM dead_letter WHERE id::text = $1::text AND closed_at IS NULL`,
    id,
  );
  if (row === undefined) return unknownLetter(id);
  const { headers, value, ...letter } = row;
  return {
    ...letter,
    type: typeIn(headers),
    body: value === null ? null : Buffer.from(value).toString('utf8'),
  };
}

interface ContentRow extends DeadLetter {
  /** Values in base64. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly value: Uint8Array | null;
  readonly behind: number;
}

function typeIn(headers: ContentRow['headers']): string | null {
  const [, type] = headers.find(([name]) => name.toLowerCase() === 'ce_type') ?? [];
  return type === undefined ? null : Buffer.from(type, 'base64').toString('utf8');
}

/** How many records failed and how many only wait behind them: for health and metrics. */
export async function countDeadLetters(tx: SqlTransaction): Promise<{ failed: number; waiting: number }> {
  const [row] = await tx.$queryRawUnsafe<{ failed: number; waiting: number }[]>(
    `SELECT count(cause)::int AS failed, (count(*) - count(cause))::int AS waiting FROM dead_letter WHERE closed_at IS NULL`,
  );
  return row ?? { failed: 0, waiting: 0 };
}

/**
 * Asks that the key of a dead letter be replayed, from its oldest open record on and in order; the consumer's runner
 * does it within a second. A record that fails again stays, and the later ones behind it.
 * `tx` must be a transaction: it holds the key's lock.
 * Refusals: `dead-letter/unknown` (also when already closed), `dead-letter/too-old` (older than 60 days: the claims that
 * would stop a second effect are gone).
 */
export async function redrive(
  tx: SqlTransaction,
  id: string,
): Promise<{ asked: true } | Refusal<'dead-letter/unknown' | 'dead-letter/too-old'>> {
  const letter = await lockOpenLetter(tx, id);
  if (letter === undefined) return unknownLetter(id);
  if (letter.old)
    return refuse(
      'dead-letter/too-old',
      'MESSAGING-AGE', // @rule MESSAGING-AGE
      {
        it: 'Il messaggio ha più di 60 giorni: non può essere rielaborato, solo accantonato.',
        en: 'The message is older than 60 days: it can no longer be replayed, only set aside.',
      },
      { id },
    );
  await tx.$executeRawUnsafe('UPDATE dead_letter SET redrive_asked_at = clock_timestamp() WHERE id = $1::uuid', id);
  return { asked: true };
}

/**
 * An operator's decision that a record shall never take effect: it stays as evidence, and the records behind it may be
 * redriven. `tx` must be a transaction: it holds the key's lock. Refusal: `dead-letter/unknown`.
 */
export async function setAside(
  tx: SqlTransaction,
  id: string,
): Promise<{ setAside: true } | Refusal<'dead-letter/unknown'>> {
  const letter = await lockOpenLetter(tx, id);
  if (letter === undefined) return unknownLetter(id);
  await tx.$executeRawUnsafe(
    `UPDATE dead_letter SET closed_at = clock_timestamp(), outcome = 'set-aside' WHERE id = $1::uuid`,
    id,
  );
  if (letter.key !== null)
    await tx.$executeRawUnsafe(
      `UPDATE dead_letter SET redrive_asked_at = clock_timestamp()
       WHERE consumer = $1::text AND topic = $2::text AND key = $3::text AND closed_at IS NULL AND cause IS NULL
         AND NOT EXISTS (SELECT FROM dead_letter WHERE consumer = $1::text AND topic = $2::text AND key = $3::text
                         AND closed_at IS NULL AND cause IS NOT NULL)`,
      letter.consumer,
      letter.topic,
      letter.key,
    );
  return { setAside: true };
}

interface OpenLetter {
  readonly consumer: string;
  readonly topic: TopicName;
  readonly key: string | null;
  readonly old: boolean;
}

/**
 * Locks the key of an open dead letter, then the letter. A record of the key that is being queued at the same moment is
 * waited for, so that a decision about the key counts for it too.
 * @rule DEAD-LETTER-KEY-LOCK
 */
async function lockOpenLetter(tx: SqlTransaction, id: string): Promise<OpenLetter | undefined> {
  const found = await openLetter(tx, id, '');
  if (found === undefined || found.key === null) return await openLetter(tx, id, 'FOR UPDATE');
  await lockKey(tx, found.consumer, found.topic, found.key);
  return await openLetter(tx, id, 'FOR UPDATE');
}

async function openLetter(tx: SqlTransaction, id: string, lock: '' | 'FOR UPDATE'): Promise<OpenLetter | undefined> {
  const [letter] = await tx.$queryRawUnsafe<OpenLetter[]>(
    `SELECT consumer, topic, key, recorded_at < clock_timestamp() - interval '60 days' AS old
     FROM dead_letter WHERE id::text = $1::text AND closed_at IS NULL ${lock}`,
    id,
  );
  return letter;
}

function unknownLetter(id: string): Refusal<'dead-letter/unknown'> {
  return refuse(
    'dead-letter/unknown',
    'MESSAGING-DEAD-LETTER', // @rule MESSAGING-DEAD-LETTER
    {
      it: 'Nessun messaggio accantonato aperto ha questo identificativo.',
      en: 'No open dead letter has this id.',
    },
    { id },
  );
}
