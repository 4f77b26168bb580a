import { sessionsEnded, sessionsVoided } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant, Refusal } from '@recapito/primitives';
import { quickestChannel } from '../domain/courtesy-channel.ts';
import { endSessions } from '../persistence/access-account.store.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { findHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownHolder } from './read-holder.ts';

export interface EndSessions {
  readonly holder: string;
  /** What for: the hold of a box of theirs. */
  readonly hold: string;
  readonly box: string;
  readonly heldAt: Instant;
  readonly at: Instant;
}

/**
 * Ends every session that a holder has open, because a box of theirs is held for abuse, and says by which other way they
 * are to be told. Who signs in again has a new session.
 * Refusal: `holder/unknown`.
 * @rule ABUSE-SESSIONS-END
 */
export async function endSessionsOfHolder(
  tx: Tx,
  { holder, hold, box, heldAt, at }: EndSessions,
): Promise<Refusal<'holder/unknown'> | undefined> {
  const known = await findHolder(tx, holder);
  if (known === null) {
    await makeSureNobodyIsAwaited(tx);
    return unknownHolder();
  }
  const sequence = await endSessions(tx, holder);
  const data = { holder, hold, box, heldAt, channel: quickestChannel(known) };
  await append(tx, sessionsEnded, { key: holder, sequence, time: at, data, again: true });
  return undefined;
}

/**
 * Ends every session that a holder has open, because a credential of theirs was replaced or they want it so, but for the one that
 * `kept` names;
 * who else takes sessions hears of it.
 * @rule SESSIONS-OF-BEFORE
 */
export async function voidSessions(tx: Tx, data: DataOf<typeof sessionsVoided>, at: Instant): Promise<void> {
  const sequence = await endSessions(tx, data.holder, data.kept);
  await append(tx, sessionsVoided, { key: data.holder, sequence, time: at, data });
}
