import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { findHolder } from '../persistence/holder.store.ts';
import type { KnownHolder } from '../persistence/holder.store.ts';
import { tellOfReading } from '../persistence/reading.store.ts';
import type { Tx } from '../persistence/tx.ts';

export interface ReadHolder {
  readonly holder: string;
  readonly reader: string;
  /** Why the reader needs it, in their words. */
  readonly purpose: string;
  readonly at: Instant;
}

/** Who a holder is, for those who may know; the reading is a fact. Refusal: `holder/unknown`. */
export async function readHolder(tx: Tx, command: ReadHolder): Promise<KnownHolder | Refusal<'holder/unknown'>> {
  const { holder, reader, purpose, at } = command;
  const known = await findHolder(tx, holder);
  if (known === null) {
    await makeSureNobodyIsAwaited(tx);
    return unknownHolder();
  }
  await tellOfReading(tx, at, { reader, holder, what: 'person', purpose });
  return known;
}

export function unknownHolder(): Refusal<'holder/unknown'> {
  return refuse('holder/unknown', 'PERSONAL-DATA-READ', {
    it: 'Non esiste un titolare con questo identificativo.',
    en: 'There is no holder of this id.',
  });
}
