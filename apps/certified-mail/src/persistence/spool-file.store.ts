import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { lockNamed } from './locks.ts';
import type { Tx } from './tx.ts';

/** Submissions whose original nobody needs any more: every recipient has its outcome and nothing of theirs is due. */
export async function submissionsToErase(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ identificativo: string }[]>(
    `SELECT identificativo FROM submission WHERE state = 'concluded' AND erased_at IS NULL AND spool_sha256 IS NOT NULL
     AND NOT EXISTS (SELECT FROM emission WHERE emission.identificativo = submission.identificativo AND emission.state IN ('due', 'held')
       AND kind = 'posta-certificata')
     LIMIT $1::int`,
    limit,
  );
  return rows.map(({ identificativo }) => identificativo);
}

/** Arrivals that are in their boxes, or returned, and whose receipts have been carried. */
export async function arrivalsToErase(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id::text FROM arrival WHERE erased_at IS NULL
     AND NOT EXISTS (SELECT FROM placement WHERE arrival_id = arrival.id AND state = 'due')
     AND NOT EXISTS (SELECT FROM emission WHERE arrival_id = arrival.id AND state IN ('due', 'held'))
     LIMIT $1::int`,
    limit,
  );
  return rows.map(({ id }) => id);
}

export async function recordErasedSubmissions(tx: Tx, names: readonly string[], at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE submission SET erased_at = $2::timestamptz WHERE identificativo = ANY($1::text[])`,
    names,
    formatInstant(at),
  );
}

export async function recordErasedArrivals(tx: Tx, ids: readonly string[], at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE arrival SET erased_at = $2::timestamptz WHERE id = ANY($1::uuid[])`,
    ids,
    formatInstant(at),
  );
}

/** Of these names of files, those that a submission or an arrival still answers for. */
export async function namesInUse(tx: Tx, names: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ name: string }[]>(
    `SELECT identificativo AS name FROM submission WHERE identificativo = ANY($1::text[]) AND erased_at IS NULL
     UNION ALL SELECT id::text FROM arrival WHERE id::text = ANY($1::text[]) AND erased_at IS NULL`,
    names,
  );
  return new Set(rows.map(({ name }) => name));
}

/** The mark of the folder that holds this database's files, null before the first start; locked against other starts. */
export async function lockSpoolMark(tx: Tx): Promise<string | null> {
  await lockNamed(tx, 'spool-mark', 'spool_mark');
  const [row] = await tx.$queryRawUnsafe<{ mark: string }[]>(`SELECT mark::text FROM spool_mark`);
  return row?.mark ?? null;
}

export async function addSpoolMark(tx: Tx, mark: string): Promise<void> {
  await tx.$executeRawUnsafe(`INSERT INTO spool_mark (mark) VALUES ($1::uuid)`, mark);
}
