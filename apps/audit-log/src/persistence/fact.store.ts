import type { SqlTransaction } from '@recapito/messaging';
import { tracedColumns, tracedFact } from './traced-fact.ts';
import type { TracedFact, TracedRow } from './traced-fact.ts';

/** A page of a list: the entries above an index, at most `limit`. */
export interface FactsPage {
  readonly above: number;
  readonly limit: number;
}

/** A message, and the days of Rome under which its facts may be filed, the last not included. */
export interface MessageDays {
  readonly message: string;
  readonly from: string;
  readonly until: string;
}

// The conditions of the indexes stand in both statements as the indexes have them.

/** The statement that finds facts by what they are about. */
export const factsAboutSubject = `
  SELECT ${tracedColumns} FROM entry
  WHERE key = convert_to($1, 'UTF8') AND index > $2::bigint
    AND topic IN ('identity.holders.v1', 'mailbox.mailboxes.v1', 'notification.communications.v1')
  ORDER BY entry.index LIMIT $3::int`;

/** The statement that finds the facts of a message. */
export const factsAboutMessage = `
  SELECT ${tracedColumns} FROM entry
  WHERE key = convert_to($1, 'UTF8') AND index > $2::bigint AND topic = 'certified-mail.messages.v1'
    AND day >= $4::text::date AND day < $5::text::date
  ORDER BY entry.index LIMIT $3::int`;

/**
 * Facts about a holder or a communication, in the order in which they were filed.
 * @rule TRACE-FACTS
 */
export async function factsAbout(
  tx: SqlTransaction,
  subject: string,
  { above, limit }: FactsPage,
): Promise<TracedFact[]> {
  const rows = await tx.$queryRawUnsafe<TracedRow[]>(factsAboutSubject, subject, above, limit);
  return rows.map(tracedFact);
}

/** Facts about a certified message, in the order in which they were filed. */
export async function factsOfMessage(
  tx: SqlTransaction,
  { message, from, until }: MessageDays,
  { above, limit }: FactsPage,
): Promise<TracedFact[]> {
  const rows = await tx.$queryRawUnsafe<TracedRow[]>(factsAboutMessage, message, above, limit, from, until);
  return rows.map(tracedFact);
}
