import { communicationAsked } from '@recapito/contracts';
import { append, currentTraceparent } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { insertCommunication } from '../persistence/communication.store.ts';
import type { Communication } from '../persistence/communication.store.ts';
import { rebuildCommunication } from './rebuild-facts.ts';
import type { Tx } from '../persistence/tx.ts';

/** A communication that is to be sent. */
export type AskCommunication = Pick<
  Communication,
  'id' | 'kind' | 'channel' | 'programme' | 'holder' | 'move' | 'generation' | 'about' | 'sender' | 'recipient'
>;

/**
 * Keeps a communication and says so. Asked again, by the same fact or by another that means the same, it is there
 * already and nothing happens.
 * @rule COMMUNICATION-ONCE
 */
export async function askCommunication(tx: Tx, command: AskCommunication, at: Instant): Promise<void> {
  const made = await insertCommunication(tx, { ...command, askedAt: at, traceparent: currentTraceparent() });
  if (!made || (await rebuildCommunication(tx, command.id))) return;
  const { id, holder, kind, channel, move } = command;
  const data = { communication: id, holder, kind, channel, move };
  await append(tx, communicationAsked, { key: id, sequence: 1, time: at, data });
}
