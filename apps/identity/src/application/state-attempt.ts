import { accessTried, holderBlocked, strangerBlocked, strangerTried } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Block } from '../domain/access.ts';
import type { Tx } from '../persistence/tx.ts';
import type { Attempt } from './access-parts.ts';

/** How an attempt ended. */
export interface StatedAttempt {
  /** Null when nobody has the name. */
  readonly holder: string | null;
  readonly account: string;
  /** The number of the first fact in the life of the account. */
  readonly sequence: number;
  readonly attempt: Attempt;
  readonly outcome: 'accepted' | 'refused' | 'blocked';
  /** The block that it led to. */
  readonly shut: Block | null;
}

/**
 * Publishes the attempt, and the block that it led to. An attempt on a name that nobody has is published too, without the
 * name: without that write it would be faster, which an attacker could measure.
 * @rule ACCESS-SAME-TIME
 */
export async function stateAttempt(tx: Tx, stated: StatedAttempt): Promise<void> {
  const { holder, account, sequence, attempt, outcome, shut } = stated;
  const { door, key, at: time } = attempt;
  if (holder === null) {
    const said = outcome === 'blocked' ? 'blocked' : 'refused';
    await append(tx, strangerTried, { key: account, sequence, time, data: { account, door, outcome: said } });
  } else {
    const address = key.kind === 'address' ? key.address : null;
    await append(tx, accessTried, { key: holder, sequence, time, data: { holder, door, address, outcome } });
  }
  if (shut === null) return;
  const data = {
    until: shut.until,
    whom: shut.source === null ? ('unfamiliar-sources' as const) : ('one-source' as const),
  };
  const fact = { key: account, sequence: sequence + 1, time };
  if (holder === null) await append(tx, strangerBlocked, { ...fact, data: { account, ...data } });
  else await append(tx, holderBlocked, { ...fact, data: { holder, ...data } });
}
