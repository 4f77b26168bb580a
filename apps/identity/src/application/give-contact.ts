import type { Instant, Refusal } from '@recapito/primitives';
import type { CourtesyChannel } from '../domain/courtesy-channel.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { findHolder } from '../persistence/holder.store.ts';
import type { KnownHolder } from '../persistence/holder.store.ts';
import { tellOfReading } from '../persistence/reading.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownHolder } from './read-holder.ts';

/** To whom something goes by a courtesy channel. */
export interface CourtesyRecipient {
  readonly codiceFiscale: string;
  readonly nome: string;
  readonly cognome: string;
  /** The number, address or place of the channel; for `sportello` the office where the envelope waits. */
  readonly contact: string;
}

export interface GiveContact {
  readonly holder: string;
  readonly channel: CourtesyChannel;
  /** The service that asks. */
  readonly reader: string;
  /** What it is for: the id of what is to be told. */
  readonly purpose: string;
  readonly at: Instant;
}

/**
 * Where a channel leads, for whoever writes to a holder; the reading is a fact. A contact that the holder has given up
 * since the channel was chosen is replaced by the office. Refusal: `holder/unknown`.
 */
export async function giveContact(
  tx: Tx,
  { holder: id, channel, reader, purpose, at }: GiveContact,
): Promise<CourtesyRecipient | Refusal<'holder/unknown'>> {
  const holder = await findHolder(tx, id);
  if (holder === null) {
    await makeSureNobodyIsAwaited(tx);
    return unknownHolder();
  }
  await tellOfReading(tx, at, { reader, holder: id, what: 'contact', purpose });
  return await recipientBy(tx, holder, channel);
}

/** A holder as the recipient of a channel. */
export async function recipientBy(tx: Tx, holder: KnownHolder, channel: CourtesyChannel): Promise<CourtesyRecipient> {
  const { codiceFiscale, nome, cognome } = holder;
  return { codiceFiscale, nome, cognome, contact: contactFor(channel, holder) ?? (await officeOf(tx, holder.id)) };
}

function contactFor(channel: CourtesyChannel, holder: KnownHolder): string | null {
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
  if (recognition === null) throw new Error(`holder ${holder} has no recognition`);
  return recognition.office;
}
