import { addDays, dayOf, startOfDay } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { KnownBox } from '../domain/box.ts';
import { judgeDailyLimit, judgeSender } from '../domain/sending.ts';
import { acceptedBetween, lockSender } from '../persistence/daily-sends.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** `asked`: before the message has come. `decided`: it is here, and those that come at the same time are counted after it. */
export type Stage = 'asked' | 'decided';

/**
 * May this box send a message at this instant, whoever it writes to: state, calendar, and how much it has sent on this
 * day in Rome. Null when it may. Only senders with a limit wait for each other. Refusals: those of `judgeSender` and
 * `judgeDailyLimit`.
 */
export async function maySend(
  tx: Tx,
  { box, sender, at }: { readonly box: KnownBox | undefined; readonly sender: string; readonly at: Instant },
  stage: Stage,
): Promise<Refusal | null> {
  const refusal = judgeSender(box, at);
  if (refusal !== null || box?.kind !== 'held' || box.calendar.limits.sendsADay === null) return refusal;
  if (stage === 'decided') await lockSender(tx, sender);
  const day = dayOf(at);
  const sent = await acceptedBetween(tx, sender, startOfDay(day), startOfDay(addDays(day, 1)));
  return judgeDailyLimit(sent, box.calendar.limits.sendsADay);
}
