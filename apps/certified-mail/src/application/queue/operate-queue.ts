import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { allRefusedFor } from '../../domain/rejected-recipient.ts';
import { dueEmission } from '../../persistence/emission.store.ts';
import { hold, lockQueued, makeDue } from '../../persistence/queue.store.ts';
import type { Queued } from '../../persistence/queue.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { MailParts } from '../mail-parts.ts';
import { recordCarriage } from '../delivery/record-carriage.ts';

/** What an operator does with a message that waits for another provider. */
export type QueueCommand = 'hold' | 'retry' | 'return';

export interface OperateQueue {
  readonly id: bigint;
  readonly command: QueueCommand;
  /** The suite instant, which a return certifies. */
  readonly at: Instant;
  /** The system's, by which is told what somebody has in hand. */
  readonly now: Date;
}

/** How the message stands afterwards. */
export type Operated = { readonly state: 'due' | 'held' | 'returned' };

/**
 * Holds a message, has it tried at once, or gives it up: a held envelope that is returned is the outcome of its
 * recipients, and their sender is told. // QUEUE-OPERATED
 * What waits because its sender's box is held is not let go by one person. // ABUSE-TWO-PERSONS
 * Refusals: `queue/unknown`, `queue/not-held` (a return needs a hold first), `queue/in-hand`, `queue/box-held`.
 */
export async function operateQueue(tx: Tx, parts: MailParts, command: OperateQueue): Promise<Operated | Refusal> {
  const queued = await lockQueued(tx, command.id);
  if (queued === undefined || parts.installation.providerNamed(queued.towards) !== undefined) return unknown();
  if (queued.holdId !== null && command.command !== 'return') return boxHeld();
  switch (command.command) {
    case 'hold':
      await hold(tx, queued.id);
      return { state: 'held' };
    case 'retry':
      await makeDue(tx, queued.id);
      return { state: 'due' };
    case 'return':
      return await giveUp(tx, parts, queued, command);
  }
}

async function giveUp(
  tx: Tx,
  parts: MailParts,
  queued: Queued,
  { at, now }: OperateQueue,
): Promise<Operated | Refusal> {
  if (queued.state !== 'held') return notHeld();
  // Somebody took it before the hold and may still be told that it has arrived.
  if (queued.notBefore > now) return inHand();
  await makeDue(tx, queued.id);
  const emission = await dueEmission(tx, queued.id);
  const rejected = allRefusedFor(queued.forwardPath, 'restituito dal gestore del mittente');
  await recordCarriage(tx, parts, { emission, rejected, at });
  return { state: 'returned' };
}

function unknown(): Refusal<'queue/unknown'> {
  return refuse('queue/unknown', 'QUEUE-OPERATED', {
    it: 'Nessun messaggio con questo numero attende di partire verso un altro gestore.',
    en: 'No message of this number waits to leave for another provider.',
  });
}

function boxHeld(): Refusal<'queue/box-held'> {
  return refuse('queue/box-held', 'ABUSE-TWO-PERSONS', {
    it: 'Il messaggio attende perché gli invii dalla casella del mittente sono sospesi: parte quando due persone la sbloccano.',
    en: 'The message waits because sending from its sender’s mailbox is held: it leaves when two persons release the mailbox.',
  });
}

function notHeld(): Refusal<'queue/not-held'> {
  return refuse('queue/not-held', 'QUEUE-OPERATED', {
    it: 'Il messaggio non è trattenuto: si restituisce solo ciò che prima è stato trattenuto.',
    en: 'The message is not held: only what was held before can be returned.',
  });
}

function inHand(): Refusal<'queue/in-hand'> {
  return refuse('queue/in-hand', 'QUEUE-OPERATED', {
    it: 'Il messaggio era già in consegna quando è stato trattenuto: riprovare tra poco.',
    en: 'The message was being handed over when it was held: try again shortly.',
  });
}
