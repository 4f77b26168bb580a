import { after, formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** For how long a bounce may come back from the hosts of ordinary recipients. */
const bouncesForMs = 30 * 24 * 3_600_000;

/** A message of ours that went to ordinary recipients. */
export interface OrdinaryMail {
  readonly identificativo: string;
  readonly sender: string;
  /** The ordinary ones alone, in lower case. */
  readonly recipients: readonly string[];
}

/**
 * Of the ids that a bounce quotes, the message that went to ordinary recipients in the thirty days before an instant;
 * undefined when none did: then the bounce is about nothing of ours.
 * @param identificativi without angle brackets
 * @rule ORDINARY-BOUNCE
 */
export async function ordinaryMailAmong(
  tx: Tx,
  identificativi: readonly string[],
  at: Instant,
): Promise<OrdinaryMail | undefined> {
  const [row] = await tx.$queryRawUnsafe<OrdinaryMail[]>(
    `SELECT identificativo, sender, array_agg(address ORDER BY address) AS recipients
     FROM submission JOIN recipient USING (identificativo)
     WHERE identificativo = ANY($1::text[]) AND recipient.provider LIKE '@%' AND submission.at > $2::timestamptz
     GROUP BY identificativo, sender, submission.at ORDER BY submission.at DESC LIMIT 1`,
    identificativi,
    formatInstant(after(at, -bouncesForMs)),
  );
  return row;
}
