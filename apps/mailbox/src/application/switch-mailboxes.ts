import { switched } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { MailStore } from '../dovecot/mail-store.ts';
import { isSwitched, switchBoxes } from '../domain/switch.ts';
import { mailboxById, setState, stateSince } from '../persistence/mailbox.store.ts';
import { markSwitched, markSwitchRefused, moveById, takeSwitchOrder } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { changeBoxes } from './change-boxes.ts';

export interface SwitchMailboxes {
  readonly move: string;
  readonly at: Instant;
}

/** What came of it: done (late or not), refused for good, or nothing because another process did it. */
export type SwitchOutcome = { readonly done: boolean; readonly late: boolean } | Refusal;

/**
 * Executes a switch that was asked: the old box only reads and the new one is active, in one transaction, published by one
 * fact and one directory record, so that no reader ever sees two boxes of the holder that may send.
 * One that comes later than it was due is done all the same, with its true instant.
 * Refusal: `mailbox/not-in-that-state` when a box is no longer where the reservation left it; the order is closed with it.
 * @rule MOVE-ONE-SENDER SWITCH-LATE
 */
export async function switchMailboxes(
  tx: Tx,
  store: MailStore,
  { move: id, at }: SwitchMailboxes,
): Promise<SwitchOutcome> {
  const order = await takeSwitchOrder(tx, id);
  const move = await moveById(tx, id);
  if (order === undefined || move === undefined) return { done: false, late: false };
  const { source: sourceId, target: targetId, holder } = move;
  if (sourceId === null || targetId === null) throw new Error(`the move ${id} was ordered without two boxes`);
  return changeBoxes(tx, holder, at, async (publish) => {
    const [source, target] = [await mailboxById(tx, sourceId), await mailboxById(tx, targetId)];
    const { confirmedAt, dueAt } = order;
    const from = source.address;
    const about = { holder, move: id, from, to: target.address, confirmedAt };
    if (isSwitched(source.state, target.state)) {
      // It was made before a restore, and no fact about it is known to have been published. @rule MOVE-ADOPTED
      const switchedAt = await stateSince(tx, target.id);
      await markSwitched(tx, id, switchedAt);
      publish(switched, { ...about, switchedAt });
      return { done: true, late: switchedAt > dueAt };
    }
    const after = switchBoxes(source.state, target.state);
    if (isRefusal(after)) {
      await markSwitchRefused(tx, id, after);
      return after;
    }
    await setState(tx, source.id, after.source, at);
    await setState(tx, target.id, after.target, at);
    await markSwitched(tx, id, at);
    publish(switched, { ...about, switchedAt: at });
    // Files last and fewer rights first: whatever breaks off here, the old box has no more rights than its row says.
    await store.pointRights({ ...source, state: after.source });
    await store.prepareHome({ ...target, state: after.target });
    return { done: true, late: at > dueAt };
  });
}
