import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage } from '@recapito/rfc6109';
import type { SubmissionState } from '../../domain/submission.ts';
import { Prisma } from '../generated/client.ts';
import type { Tx } from '../tx.ts';

/** Which messages are looked for: those that satisfy everything that is given. Addresses in lower case. */
export interface MessageSearch {
  readonly identificativo?: string | undefined;
  readonly sender?: string | undefined;
  /** A box of ours that it arrived for, or somebody to whom a box of ours has written. */
  readonly recipient?: string | undefined;
  /** When it became known here. */
  readonly during?: { readonly from: Instant; readonly until: Instant } | undefined;
}

/** Where a page of messages ends. */
export interface MessageEnd {
  readonly at: Instant;
  readonly key: string;
}

/** A message as a search shows it: what was certified of it, never its content. */
export interface FoundMessage extends MessageEnd {
  readonly identificativo: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string | null;
  /** Of a message that a user of ours submitted; null of one that another provider brought. */
  readonly state: SubmissionState | null;
}

interface FoundRow {
  readonly key: string;
  readonly at: Date;
  readonly certified: CertifiedMessage;
  readonly state: SubmissionState | null;
}

/** The messages that are found, the newest first, behind the one named, at most `limit`. */
export async function searchMessages(
  tx: Tx,
  search: MessageSearch,
  before: MessageEnd | undefined,
  limit: number,
): Promise<FoundMessage[]> {
  const rows = await tx.$queryRaw<FoundRow[]>(messagesFound(search, before, limit));
  return rows.map(foundMessage);
}

/** A message by the key of its row; undefined when it is not known. */
export async function findMessage(tx: Tx, key: string): Promise<FoundMessage | undefined> {
  const [row] = await tx.$queryRaw<FoundRow[]>`${columns} WHERE m.identificativo = ${key}`;
  return row && foundMessage(row);
}

const columns = Prisma.sql`
  SELECT m.identificativo AS key, m.known_at AS at, m.certified, s.state
  FROM message m LEFT JOIN submission s ON s.identificativo = m.identificativo`;

/**
 * The statement of a search. Each condition by itself has an index.
 * @rule MESSAGE-SEARCH
 */
export function messagesFound(
  { identificativo, sender, recipient, during }: MessageSearch,
  before: MessageEnd | undefined,
  limit: number,
): Prisma.Sql {
  const conditions = [
    ...(identificativo === undefined ? [] : [Prisma.sql`m.identificativo = ${identificativo}`]),
    ...(sender === undefined ? [] : [Prisma.sql`lower(m.certified ->> 'mittente') = ${sender}`]),
    ...(recipient === undefined ? [] : [Prisma.sql`m.identificativo IN (${messagesFor(recipient)})`]),
    ...(during === undefined
      ? []
      : [Prisma.sql`m.known_at >= ${new Date(during.from)} AND m.known_at < ${new Date(during.until)}`]),
    ...(before === undefined
      ? []
      : [Prisma.sql`(m.known_at, m.identificativo) < (${new Date(before.at)}, ${before.key})`]),
  ];
  const where = conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}`;
  return Prisma.sql`${columns} ${where} ORDER BY m.known_at DESC, m.identificativo DESC LIMIT ${limit}`;
}

function messagesFor(recipient: string): Prisma.Sql {
  return Prisma.sql`
    SELECT identificativo FROM recipient WHERE address = ${recipient}
    UNION
    SELECT a.identificativo FROM placement p JOIN arrival a ON a.id = p.arrival_id
    WHERE p.address = ${recipient} AND a.kind = 'envelope'`;
}

function foundMessage({ key, at, certified, state }: FoundRow): FoundMessage {
  return {
    key,
    at: instant(at.getTime()),
    identificativo: certified.identificativo,
    sender: certified.mittente,
    recipients: certified.destinatari.map(({ indirizzo }) => indirizzo),
    subject: certified.oggetto,
    state,
  };
}
