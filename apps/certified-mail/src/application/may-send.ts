import { addDays, dayOf, startOfDay } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { KnownBox } from '../domain/box.ts';
import { judgeDailyLimit, judgeSender } from '../domain/sending.ts';
import { acceptedBetween, lockSender } from '../persistence/daily-sends.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** A message is decided on: those that the sender submits at the same time wait for it, and are counted after it. */
export async function maySendNow(
  tx: Tx,
  box: KnownBox | undefined,
  sender: string,
  at: Instant,
): Promise<Refusal | null> {
  await lockSender(tx, sender);
  return await maySend(tx, box, sender, at);
}

/**
 * May this box send a message at this instant, whoever it writes to: state, calendar, and how much it has sent on this
 * day in Rome. Null when it may. Refusals: those of `judgeSender` and `judgeDailyLimit`.
 */
export async function maySend(tx: Tx, box: KnownBox | undefined, sender: string, at: Instant): Promise<Refusal | null> {
  const refusal = judgeSender(box, at);
  if (refusal !== null || box?.kind !== 'held' || box.calendar.limits.sendsADay === null) return refusal;
  const day = dayOf(at);
  const sent = await acceptedBetween(tx, sender, startOfDay(day), startOfDay(addDays(day, 1)));
  return judgeDailyLimit(sent, box.calendar.limits.sendsADay);
}
