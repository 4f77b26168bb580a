import { formatInstant, instant } from '@recapito/primitives';
import { holdsNoticesMs } from '../domain/deadline.ts';
import type { Instant } from '@recapito/primitives';
import { envelopeKeySql } from './arrival-keys.ts';
import type { Tx } from './tx.ts';

/** When the next time limit of any recipient passes, or passed and is not worked off; null when none runs. */
export async function earliestDeadline(tx: Tx): Promise<Instant | null> {
  const [row] = await tx.$queryRawUnsafe<{ at: Date | null }[]>(
    `SELECT min(deadline_at) AS at FROM recipient WHERE deadline_at IS NOT NULL`,
  );
  return row?.at ? instant(row.at.getTime()) : null;
}

/** Messages with a recipient whose time limit has passed at an instant, by their ids, from after one of them on. */
export async function messagesPastDeadline(tx: Tx, at: Instant, afterId: string, limit: number): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ identificativo: string }[]>(
    `SELECT DISTINCT identificativo FROM recipient WHERE deadline_at <= $1::timestamptz AND identificativo > $2::text
     ORDER BY identificativo LIMIT $3::int`,
    formatInstant(at),
    afterId,
    limit,
  );
  return rows.map(({ identificativo }) => identificativo);
}

/**
 * Of the recipients of a message whose limit has passed, those for whom this installation itself still has work to do: a
 * receipt or notice that one of our providers has made and that waits to leave, or the envelope, at our access point or at
 * an incoming point of ours, that has not been tried since the limit passed. A receipt counts until twenty-four hours
 * have passed, and after that until it has been tried once more. A host of an ordinary domain is not tried once more: its
 * tries are half an hour apart.
 */
export async function recipientsStillProcessed(tx: Tx, identificativo: string, at: Instant): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ address: string }[]>(
    `SELECT address FROM recipient JOIN submission USING (identificativo)
     WHERE identificativo = $1::text AND deadline_at <= $2::timestamptz AND (
       EXISTS (SELECT FROM emission WHERE emission.identificativo = recipient.identificativo AND emission.state = 'due' AND (
         kind IN ('presa-in-carico', 'avvenuta-consegna', 'errore-consegna', 'rilevazione-virus') AND recipient.address = ANY(about)
           AND ($2::timestamptz < submission.at + make_interval(secs => $3::float8 / 1000)
             OR failed_at IS NULL OR failed_at < submission.at + make_interval(secs => $3::float8 / 1000))
         OR kind = 'posta-certificata' AND recipient.address = ANY(lower(forward_path::text)::text[])
           AND (failed_at IS NULL OR failed_at < deadline_at AND recipient.state <> 'outgoing')))
       OR EXISTS (SELECT FROM placement WHERE arrival_key = ${envelopeKeySql('submission.provider', 'recipient.identificativo')}
         AND placement.address = recipient.address AND placement.state = 'due'
         AND (failed_at IS NULL OR failed_at < deadline_at)))`,
    identificativo,
    formatInstant(at),
    holdsNoticesMs,
  );
  return new Set(rows.map(({ address }) => address));
}
