import { isRefusal } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { maskedContacts } from '../domain/masked-contacts.ts';
import type { KnownHolder } from '../persistence/holder.store.ts';
import { holderOverview } from '../persistence/queries/holder-overview.ts';
import type { HolderOverview } from '../persistence/queries/holder-overview.ts';
import type { Tx } from '../persistence/tx.ts';
import { readHolder } from './read-holder.ts';
import type { ReadHolder } from './read-holder.ts';

/** A holder for the help desk, with contacts that cannot be used. */
export type ShownHolder = Omit<KnownHolder, 'addresses'> & HolderOverview;

/** Who a holder is and how they stand, for an operator; the reading is a fact. Refusal: `holder/unknown`. */
export async function readOverview(tx: Tx, command: ReadHolder): Promise<ShownHolder | Refusal<'holder/unknown'>> {
  const holder = await readHolder(tx, command);
  if (isRefusal(holder)) return holder;
  const { addresses: _, ...person } = holder;
  return { ...person, ...maskedContacts(holder), ...(await holderOverview(tx, command.holder, command.at)) };
}
