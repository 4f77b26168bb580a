import type { EventDefinition } from '@recapito/contracts';
import { appendNext } from '@recapito/messaging';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage } from '@recapito/rfc6109';
import type { Tx } from './tx.ts';

/**
 * Draws a number from which an id is made. It is never drawn again, also when the transaction fails, nor in a database that
 * was put back, whose sequence goes back: its epoch, in milliseconds, is added.
 * @rule ID-OF-EPOCH
 */
export async function nextSerial(tx: Tx): Promise<bigint> {
  const [row] = await tx.$queryRawUnsafe<{ serial: bigint }[]>(
    `SELECT nextval('message_serial') + coalesce((SELECT epoch FROM epoch), 0) AS serial`,
  );
  if (row === undefined) throw new Error('the sequence gave no number');
  return row.serial;
}

/** A message with the key of its row and of the facts about it. */
export interface KnownMessage extends CertifiedMessage {
  /** The identificativo; with more behind it when another provider than the one that owns its domain speaks of it. */
  readonly key: string;
}

/**
 * Keeps a message under an id that was drawn for it. Null when a message of that id is known already.
 * @rule SUBMISSION-OWN-ID
 */
export async function addMessage(tx: Tx, message: CertifiedMessage, at: Instant): Promise<KnownMessage | null> {
  const added = await tx.$executeRawUnsafe(
    `INSERT INTO message (identificativo, certified, known_at) VALUES ($1::text, $2::jsonb, $3::timestamptz)
     ON CONFLICT (identificativo) DO NOTHING`,
    message.identificativo,
    JSON.stringify(message),
    formatInstant(at),
  );
  return added === 1 ? { ...message, key: message.identificativo } : null;
}

/**
 * Makes a message of another provider known and locks it: what happens to one message happens one after the other.
 * @returns the message as it was first known.
 */
export async function lockMessage(tx: Tx, key: string, message: CertifiedMessage, at: Instant): Promise<KnownMessage> {
  const [row] = await tx.$queryRawUnsafe<{ certified: CertifiedMessage }[]>(
    `INSERT INTO message (identificativo, certified, known_at) VALUES ($1::text, $2::jsonb, $3::timestamptz)
     ON CONFLICT (identificativo) DO UPDATE SET sequence = message.sequence RETURNING certified`,
    key,
    JSON.stringify(message),
    formatInstant(at),
  );
  if (row === undefined) throw new Error('the message was not kept');
  return { ...row.certified, key };
}

/** A message that is known, locked; undefined when it is not. */
export async function lockKnownMessage(tx: Tx, key: string): Promise<KnownMessage | undefined> {
  const [row] = await tx.$queryRawUnsafe<{ certified: CertifiedMessage }[]>(
    `SELECT certified FROM message WHERE identificativo = $1::text FOR UPDATE`,
    key,
  );
  return row && { ...row.certified, key };
}

/** Publishes the next fact of a message and locks its row until the transaction ends. @throws Error when it is unknown. */
export async function publish<Data>(
  tx: Tx,
  definition: EventDefinition<Data>,
  { key }: Pick<KnownMessage, 'key'>,
  at: Instant,
  data: Data,
): Promise<void> {
  await appendNext(tx, definition, nextOfMessage, { key, time: at, data });
}

const nextOfMessage = `UPDATE message SET sequence = sequence + 1 WHERE identificativo = $1::text RETURNING sequence`;
