import type { Instant } from '@recapito/primitives';
import type { CourtesyChannel } from '../domain/courtesy-channel.ts';
import { decidePin, halfGiven, noSuchHalf, pinHalf } from '../domain/pin.ts';
import type { PinRefusal } from '../domain/pin.ts';
import { findHolder } from '../persistence/holder.store.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { findPin, markHalfWritten } from '../persistence/pin.store.ts';
import { tellOfReading } from '../persistence/reading.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { IdentitySecrets } from '../secrets/identity-secrets.ts';
import { recipientBy } from './give-contact.ts';
import type { CourtesyRecipient } from './give-contact.ts';

export interface GivePinHalf {
  readonly pin: string;
  readonly half: 1 | 2;
  /** The service that asks. */
  readonly reader: string;
  readonly at: Instant;
}

/** One half, and to whom it goes by which way. */
export interface PinHalf {
  readonly half: 1 | 2;
  readonly channel: CourtesyChannel;
  readonly characters: string;
  readonly recipient: CourtesyRecipient;
}

/**
 * Gives one half of a first PIN to whoever writes it to its holder, until it says that this is done or the PIN has been
 * changed; until then asking again gives the same.
 * Refusals: `pin/no-such-half`, `pin/half-given`.
 * @rule INPS-PIN-HALVES
 */
export async function givePinHalf(
  tx: Tx,
  command: GivePinHalf,
  secrets: IdentitySecrets,
): Promise<PinHalf | PinRefusal> {
  const { half, reader, at } = command;
  const pin = await findPin(tx, command.pin);
  const holder = pin && (await findHolder(tx, pin.holder));
  if (!pin || !holder) {
    await makeSureNobodyIsAwaited(tx);
    return noSuchHalf();
  }
  if (pin.written[half - 1]) return halfGiven();
  const decision = decidePin(pin.state, 'give-half');
  if ('refused' in decision) return decision;
  await tellOfReading(tx, at, { reader, holder: holder.id, what: 'pin-half', purpose: pin.id });
  const channel = pin.channels[half - 1] ?? 'sportello';
  const whole = secrets.initialPin(pin.id, pin.keyId);
  if (whole === null) throw new Error(`the key ${pin.keyId} of the PIN ${pin.id} is not there: it is reissued`);
  const characters = pinHalf(whole, half);
  return { half, channel, characters, recipient: await recipientBy(tx, holder, channel) };
}

/** Remembers that a half has been written; saying so again changes nothing. Refusal: `pin/no-such-half`. */
export async function recordHalfWritten(
  tx: Tx,
  { pin, half, at }: Pick<GivePinHalf, 'pin' | 'half' | 'at'>,
): Promise<PinRefusal | null> {
  if ((await findPin(tx, pin)) === null) {
    await makeSureNobodyIsAwaited(tx);
    return noSuchHalf();
  }
  await markHalfWritten(tx, pin, half, at);
  return null;
}
