import type { EventDefinition } from '@recapito/contracts';
import { appendNext } from '@recapito/messaging';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage } from '@recapito/rfc6109';
import type { Tx } from './tx.ts';

/** Draws a number from which an id is made. It is never drawn again, also when the transaction fails. */
export async function nextSerial(tx: Tx): Promise<bigint> {
  const [row] = await tx.$queryRawUnsafe<{ serial: bigint }[]>(`SELECT nextval('message_serial') AS serial`);
  if (row === undefined) throw new Error('the sequence gave no number');
  return row.serial;
}

/**
 * Makes a message known and locks it: what happens to one message happens one after the other.
 * @returns the message as it was first known.
 */
export async function lockMessage(tx: Tx, message: CertifiedMessage, at: Instant): Promise<CertifiedMessage> {
  const [row] = await tx.$queryRawUnsafe<{ certified: CertifiedMessage }[]>(
    `INSERT INTO message (identificativo, certified, known_at) VALUES ($1::text, $2::jsonb, $3::timestamptz)
     ON CONFLICT (identificativo) DO UPDATE SET sequence = message.sequence RETURNING certified`,
    message.identificativo,
    JSON.stringify(message),
    formatInstant(at),
  );
  if (row === undefined) throw new Error('the message was not kept');
  return row.certified;
}

/** A message that is known, locked; undefined when it is not. */
export async function lockKnownMessage(tx: Tx, identificativo: string): Promise<CertifiedMessage | undefined> {
  const [row] = await tx.$queryRawUnsafe<{ certified: CertifiedMessage }[]>(
    `SELECT certified FROM message WHERE identificativo = $1::text FOR UPDATE`,
    identificativo,
  );
  return row?.certified;
}

/** Tells the next fact of a message; its row is locked from here to the end of the transaction. @throws Error when it is unknown. */
export async function publish<Data>(
  tx: Tx,
  definition: EventDefinition<Data>,
  identificativo: string,
  at: Instant,
  data: Data,
): Promise<void> {
  await appendNext(tx, definition, nextOfMessage, { key: identificativo, time: at, data });
}

const nextOfMessage = `UPDATE message SET sequence = sequence + 1 WHERE identificativo = $1::text RETURNING sequence`;
