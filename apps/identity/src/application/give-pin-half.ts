import type { Instant } from '@recapito/primitives';
import { decidePin, halfGiven, noSuchHalf, pinHalf } from '../domain/pin.ts';
import type { PinChannel, PinRefusal } from '../domain/pin.ts';
import { findHolder } from '../persistence/holder.store.ts';
import type { KnownHolder } from '../persistence/holder.store.ts';
import { findPin, markHalfWritten } from '../persistence/pin.store.ts';
import { tellOfReading } from '../persistence/reading.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { IdentitySecrets } from '../secrets/identity-secrets.ts';

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
  readonly channel: PinChannel;
  readonly characters: string;
  readonly recipient: {
    readonly codiceFiscale: string;
    readonly nome: string;
    readonly cognome: string;
    /** The number, address or place of the channel; for `sportello` the office where the envelope waits. */
    readonly contact: string;
  };
}

/**
 * Gives one half of a first PIN to whoever writes it to its holder, until it says that this is done or the PIN has been
 * changed; until then asking again gives the same. // INPS-PIN-HALVES
 * Refusals: `pin/no-such-half`, `pin/half-given`.
 */
export async function givePinHalf(
  tx: Tx,
  command: GivePinHalf,
  secrets: IdentitySecrets,
): Promise<PinHalf | PinRefusal> {
  const { half, reader, at } = command;
  const pin = await findPin(tx, command.pin);
  const holder = pin && (await findHolder(tx, pin.holder));
  if (!pin || !holder) return noSuchHalf();
  if (pin.written[half - 1]) return halfGiven();
  const decision = decidePin(pin.state, 'give-half');
  if ('refused' in decision) return decision;
  await tellOfReading(tx, at, { reader, holder: holder.id, what: 'pin-half', purpose: pin.id });
  const channel = pin.channels[half - 1] ?? 'sportello';
  const { codiceFiscale, nome, cognome } = holder;
  const contact = contactFor(channel, holder) ?? (await officeOf(tx, holder.id));
  return {
    half,
    channel,
    characters: pinHalf(secrets.initialPin(pin.id), half),
    recipient: { codiceFiscale, nome, cognome, contact },
  };
}

/** Remembers that a half has been written; saying so again changes nothing. Refusal: `pin/no-such-half`. */
export async function recordHalfWritten(
  tx: Tx,
  { pin, half, at }: Pick<GivePinHalf, 'pin' | 'half' | 'at'>,
): Promise<PinRefusal | null> {
  if ((await findPin(tx, pin)) === null) return noSuchHalf();
  await markHalfWritten(tx, pin, half, at);
  return null;
}

function contactFor(channel: PinChannel, holder: KnownHolder): string | null {
  switch (channel) {
    case 'sms':
      return holder.cellulare;
    case 'email':
      return holder.emailOrdinaria;
    case 'posta':
      return holder.indirizzo;
    case 'sportello':
      return null;
  }
}

/** The office that first recognised the holder, where they have been before. */
async function officeOf(tx: Tx, holder: string): Promise<string> {
  const recognition = await tx.recognition.findFirst({ where: { holderId: holder }, orderBy: { recordedAt: 'asc' } });
  if (recognition === null) throw new Error(`holder ${holder} has a PIN and no recognition`);
  return recognition.office;
}
