import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { decideQueue, returnedByOperator } from '../../domain/queue.ts';
import type { QueueCommand, QueueRefusal } from '../../domain/queue.ts';
import { allRefusedFor } from '../../domain/rejected-recipient.ts';
import { dueEmission } from '../../persistence/emission.store.ts';
import { holdQueued, lockQueued, makeDue } from '../../persistence/queue.store.ts';
import type { Queued } from '../../persistence/queue.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import { recordCarriage } from '../delivery/record-carriage.ts';

export interface OperateQueue {
  readonly id: bigint;
  readonly command: QueueCommand;
  /** The suite instant, which a return certifies. */
  readonly at: Instant;
  /** The system's, by which it is known whether somebody is carrying it. */
  readonly now: Date;
}

/** How the message stands afterwards. */
export interface Operated {
  readonly state: 'due' | 'held' | 'returned';
}

/**
 * Holds a message, has it tried at once, or gives it up: a held envelope that is returned is the outcome of its
 * recipients, and their sender gets a notice of non-delivery.
 * Refusals: those of `decideQueue`; what goes to a provider of this installation is unknown here.
 * @rule QUEUE-OPERATED
 */
export async function operateQueue(
  tx: Tx,
  installation: Installation,
  order: OperateQueue,
): Promise<Operated | QueueRefusal> {
  const waiting = await lockQueued(tx, order.id);
  const isOwn = waiting !== undefined && installation.providerNamed(waiting.towards) !== undefined;
  const queued = isOwn ? undefined : waiting;
  const decision = decideQueue(queued, order.command, order.now);
  if (isRefusal(decision)) return decision;
  if (queued === undefined) throw new Error('a message that does not wait is unknown');
  switch (order.command) {
    case 'hold':
      await holdQueued(tx, queued.id);
      return { state: 'held' };
    case 'retry':
      await makeDue(tx, queued.id);
      return { state: 'due' };
    case 'return':
      await giveUp(tx, installation, queued, order.at);
      return { state: 'returned' };
  }
}

async function giveUp(tx: Tx, installation: Installation, { id, forwardPath }: Queued, at: Instant): Promise<void> {
  await makeDue(tx, id);
  const emission = await dueEmission(tx, id);
  await recordCarriage(tx, installation, { emission, rejected: allRefusedFor(forwardPath, returnedByOperator), at });
}
