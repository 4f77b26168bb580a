import { randomUUID } from 'node:crypto';
import { sendingHeld } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant, Refusal } from '@recapito/primitives';
import { heldAlready, noSuchBox } from '../../domain/suspension.ts';
import { addHold, holdEnvelopes } from '../../persistence/hold.store.ts';
import type { HoldCause } from '../../persistence/hold.store.ts';
import { lockSender } from '../../persistence/sends.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { MailRules } from '../../gate/mail-gate.ts';

export interface HoldSending {
  /** The box, lower case. */
  readonly box: string;
  readonly cause: HoldCause;
  readonly at: Instant;
}

/**
 * Holds a box: it sends no more, what it has sent and has not left yet waits, and the fact is published: its sessions end,
 * its holder and their Order are notified by another channel.
 * Refusals: `hold/no-box` (no holder's box of a provider of ours), `hold/held-already`.
 * @rule ABUSE-HELD
 */
export async function holdSending(
  tx: Tx,
  { installation, gate }: MailRules,
  { box, cause, at }: HoldSending,
): Promise<{ readonly id: string } | Refusal<'hold/no-box' | 'hold/held-already'>> {
  const holder = gate.holderOf(box);
  const provider = installation.managing(box);
  if (holder === undefined || provider === undefined) return noSuchBox();
  // What the box is sending at this moment is counted before, and held, or after, and refused.
  await lockSender(tx, box);
  const id = randomUUID();
  if (!(await addHold(tx, { id, box, holder, provider: provider.name, cause, at }))) return heldAlready();
  const queued = await holdEnvelopes(tx, { id, box });
  const order = provider.orders.find(({ domain }) => box.endsWith(`@${domain}`));
  const notified = order && { codiceFiscale: order.codiceFiscale, name: order.name, email: order.email };
  const data = { hold: id, box, holder, provider: provider.name, cause, order: notified ?? null, queued };
  await append(tx, sendingHeld, { key: id, sequence: 1, time: at, data });
  return { id };
}
