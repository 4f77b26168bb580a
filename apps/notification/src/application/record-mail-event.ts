import type { Instant } from '@recapito/primitives';
import { communicationNamed, messageIdOf } from '../domain/communication.ts';
import type { CommunicationCommand } from '../domain/communication.ts';
import { findCommunication } from '../persistence/communication.store.ts';
import { isForgotten } from '@recapito/messaging';
import { communicationAsked } from '@recapito/contracts';
import { Unavailable } from '@recapito/platform';
import type { Tx } from '../persistence/tx.ts';
import { advanceCommunication } from './advance-communication.ts';

/** A legal event of some certified message. */
export interface MailEvent {
  readonly identificativo: string;
  /** The Message-ID of the client that sent it. */
  readonly msgid: string | null;
  readonly mittente: string;
  readonly command: CommunicationCommand;
  readonly reason?: string;
}

/**
 * What became of a message. Ours are known by their Message-ID and sender together, before we have even heard under
 * which identificativo certified-mail took them: a crash after handing over loses nothing. Whoever else writes our
 * Message-ID into a message of their own has another sender.
 * @rule COMMUNICATION-OWN-MESSAGE
 */
export async function recordMailEvent(
  tx: Tx,
  { msgid, mittente, identificativo, command, reason }: MailEvent,
  at: Instant,
): Promise<void> {
  const id = msgid === null ? null : communicationNamed(msgid);
  const communication = id === null ? null : await findCommunication(tx, id);
  if (id !== null && communication === null) await ensureNotForgotten(tx, id);
  if (communication === null || communication.sender === null) return;
  const { sender } = communication;
  if (sender !== mittente.toLowerCase() || messageIdOf(communication, sender) !== msgid) return;
  const about = { id: communication.id, command, identificativo };
  await advanceCommunication(tx, reason === undefined ? about : { ...about, reason }, at);
}

/**
 * What asked for a communication may be read again after what became of it: two topics have no common order.
 * @throws Unavailable while it is forgotten.
 * @rule COMMUNICATION-REBUILT
 */
async function ensureNotForgotten(tx: Tx, id: string): Promise<void> {
  if (await isForgotten(tx, communicationAsked.topic, id))
    throw new Unavailable('notification', 'the communication is still to be made again after a restore');
}
