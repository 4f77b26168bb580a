import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { emissionLife } from './emission-life.ts';
import type { EmissionState } from './emission-life.ts';

/** What an operator does with a message that waits for another provider. */
export type QueueCommand = 'hold' | 'retry' | 'return';

/** Why it is not done. */
export type QueueRefusal = Refusal<'queue/unknown' | 'queue/not-held' | 'queue/in-hand' | 'queue/box-held'>;

/** A message that waits for another provider. */
export interface QueueStanding {
  readonly state: EmissionState;
  /** The suspension of its sender's box under which it waits; null when there is none. */
  readonly holdId: string | null;
  /** By the system clock: the end of the lease, or of the pause before the next try. */
  readonly notBefore: Date;
}

/** What the notice of non-delivery says of a message that an operator gave up. */
export const returnedByOperator = 'restituito dal gestore del mittente';

/**
 * The state into which an operator brings a message that waits; one that does not wait is unknown here. What waits with a
 * suspended box is neither hurried nor held by one person, only given up.
 * @param now by the system clock
 * Refusals: `queue/unknown`, `queue/box-held`, `queue/not-held` (a return needs a hold first), `queue/in-hand` (somebody
 * took it before the hold and may still be told that it has arrived).
 * @rule QUEUE-OPERATED ABUSE-TWO-PERSONS
 */
export function decideQueue(
  standing: QueueStanding | undefined,
  command: QueueCommand,
  now: Date,
): EmissionState | QueueRefusal {
  if (standing === undefined) return unknownInQueue();
  if (standing.holdId !== null && command !== 'return') return boxHeld();
  const next = emissionLife[standing.state][command === 'return' ? 'give-up' : command];
  if (next === null) return command === 'return' ? notHeld() : unknownInQueue();
  return command === 'return' && standing.notBefore > now ? inHand() : next;
}

function unknownInQueue(): QueueRefusal {
  return refuse('queue/unknown', 'QUEUE-OPERATED', {
    it: 'Nessun messaggio con questo numero attende di partire verso un altro gestore.',
    en: 'No message of this number waits to leave for another provider.',
  });
}

function boxHeld(): QueueRefusal {
  return refuse('queue/box-held', 'ABUSE-TWO-PERSONS', {
    it: 'Il messaggio attende perché gli invii dalla casella del mittente sono sospesi: parte quando due persone la sbloccano.',
    en: 'The message waits because sending from its sender’s mailbox is held: it leaves when two persons release the mailbox.',
  });
}

function notHeld(): QueueRefusal {
  return refuse('queue/not-held', 'QUEUE-OPERATED', {
    it: 'Il messaggio non è trattenuto: si restituisce solo ciò che prima è stato trattenuto.',
    en: 'The message is not held: only what was held before can be returned.',
  });
}

function inHand(): QueueRefusal {
  return refuse('queue/in-hand', 'QUEUE-OPERATED', {
    it: 'Il messaggio era già in consegna quando è stato trattenuto: riprovare tra poco.',
    en: 'The message was being handed over when it was held: try again shortly.',
  });
}
