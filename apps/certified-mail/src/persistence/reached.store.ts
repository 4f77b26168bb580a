import { formatInstant, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { RecipientState } from '../domain/recipient.ts';
import type { Tx } from './tx.ts';

/** Somebody to whom a box has written, by a message that was accepted. */
export interface Reached {
  readonly identificativo: string;
  readonly address: string;
  /** When the message was accepted. */
  readonly at: Instant;
  readonly state: RecipientState;
  readonly outcomeAt: Instant | null;
  /** True while the envelope waits with its sender's box: it has not left. */
  readonly held: boolean;
}

/** Where a page of them ended. */
export type ReachedEnd = Pick<Reached, 'at' | 'identificativo' | 'address'>;

/** To whom a box has written from an instant on, in the order of its messages. */
export async function reachedBy(
  tx: Tx,
  { box, since, after, limit }: { box: string; since: Instant; after: ReachedEnd | null; limit: number },
): Promise<Reached[]> {
  const rows = await tx.$queryRawUnsafe<(Omit<Reached, 'at' | 'outcomeAt'> & { at: Date; outcomeAt: Date | null })[]>(
    `SELECT identificativo, address, submission.at, recipient.state, outcome_at AS "outcomeAt",
       EXISTS (SELECT FROM emission WHERE emission.identificativo = submission.identificativo
         AND emission.state = 'held' AND hold_id IS NOT NULL AND address = ANY(lower(forward_path::text)::text[])) AS held
     FROM submission JOIN recipient USING (identificativo)
     WHERE sender = $1::text AND submission.at >= $2::timestamptz
       AND ($3::timestamptz IS NULL OR (submission.at, identificativo, address) > ($3::timestamptz, $4::text, $5::text))
     ORDER BY submission.at, identificativo, address LIMIT $6::int`,
    box,
    formatInstant(since),
    after === null ? null : formatInstant(after.at),
    after?.identificativo ?? null,
    after?.address ?? null,
    limit,
  );
  return rows.map(({ at, outcomeAt, ...row }) => ({
    ...row,
    at: instant(at.getTime()),
    outcomeAt: outcomeAt === null ? null : instant(outcomeAt.getTime()),
  }));
}
