import { addDays, after, dayOf, startOfDay } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { excessOf, sendingIsHeld } from '../../domain/pace.ts';
import { judgeDailyLimit, judgeSender } from '../../domain/sending.ts';
import type { SendingRefusal } from '../../domain/sending.ts';
import { lockSender, sendsOf } from '../../persistence/sends.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import { holdSending } from '../suspension/hold-sending.ts';
import type { MailRules } from '../../gate/mail-gate.ts';

export interface AdmitSending {
  /** Lower case. */
  readonly sender: string;
  /** Those of the message; nobody yet while it has not come. */
  readonly recipients: readonly string[];
  readonly at: Instant;
}

/** `asked`: before the message has come. `decided`: it is here, and those that come at the same time are counted after it. */
export type Stage = 'asked' | 'decided';

/**
 * May this box send a message at this instant, whoever it writes to: state, calendar, whether it is held, how much it has
 * sent on this day in Rome, and at which pace. Null when it may. A message that is decided and is too much for the pace
 * holds its box. Boxes of public bodies have no limit a day, those from which services of the suite write no pace either;
 * an operator can hold each of them.
 * Refusals: those of `judgeSender` and `judgeDailyLimit`, `sending/held`.
 * @rule SENDS-A-DAY ABUSE-PACE ABUSE-HELD
 */
export async function admitSending(
  tx: Tx,
  rules: MailRules,
  { sender, recipients, at }: AdmitSending,
  stage: Stage,
): Promise<SendingRefusal | null> {
  const box = rules.gate.box(sender);
  const provider = rules.installation.managing(sender);
  const refusal = judgeSender(box, at);
  if (refusal !== null || box === undefined || provider === undefined) return refusal;
  const sendsADay = box.kind === 'holder' ? box.calendar.limits.sendsADay : null;
  const isPaced = box.kind === 'holder' || box.use === 'body';
  const day = sendsADay === null ? null : dayAround(at);
  if (stage === 'decided' && isPaced) await lockSender(tx, sender);
  const pace = stage === 'decided' && isPaced ? paceAt(provider, recipients, at) : null;
  const sent = await sendsOf(tx, sender, { day, pace });
  if (sent.hold !== null) return sendingIsHeld();
  const enough = sendsADay === null ? null : judgeDailyLimit(sent.today, sendsADay);
  if (enough !== null || pace === null) return enough;
  const cause = excessOf(provider.pace, sent);
  if (cause === null) return null;
  await holdSending(tx, rules, { box: sender, cause, at });
  return sendingIsHeld();
}

function dayAround(at: Instant) {
  const day = dayOf(at);
  return { from: startOfDay(day), until: startOfDay(addDays(day, 1)) };
}

function paceAt({ pace: { messages, recipients } }: Provider, addresses: readonly string[], at: Instant) {
  const minutesAgo = (minutes: number) => after(at, -minutes * 60_000);
  return { messagesSince: minutesAgo(messages.minutes), recipientsSince: minutesAgo(recipients.minutes), addresses };
}
