import { setTimeout as pause } from 'node:timers/promises';
import { abandoned, anySignal } from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { isNotHashed } from '../hashing/hash-pool.ts';
import type { HashTurn } from '../hashing/hash-pool.ts';
import type { AccessParts } from './access-parts.ts';

/** What came of an attempt, and whether the secret was right. */
export interface Tried<Answer> {
  readonly answer: Answer;
  readonly right: boolean;
}

/**
 * Lets an attempt in when it is its turn: a source that was wrong too often waits, and hashes are shared by source. What is
 * right counts against nobody.
 * Refusal: `access/busy`.
 * @rule ACCESS-SLOWED HASHING-BOUNDED
 */
export async function inTurn<Answer>(
  { rate, known, system, hashes, patienceMs }: AccessParts,
  sources: Sources,
  attempt: (turn: HashTurn) => Promise<Tried<Answer>>,
): Promise<Answer | AccessRefusal> {
  const gone = patience(patienceMs);
  const waitMs = rate.take(sources, system.now(), patienceMs);
  if (waitMs === null) return busy(); // @rule ACCESS-SLOWED
  if (waitMs > 0) await pause(waitMs);
  if (gone.aborted) return busy();
  const turn = { visitor: { source: sources[0], known: known.has(sources) }, gone };
  const outcome = await hashes.attempt(() => attempt(turn), turn);
  if (isNotHashed(outcome)) return busy();
  if (outcome.right) {
    rate.giveBack(sources, system.now());
    known.succeeded(sources, system.now());
  }
  return outcome.answer;
}

/** Aborted when the caller has gone, and at the latest when nobody should be kept waiting any longer. */
function patience(milliseconds: number): AbortSignal {
  const gone = abandoned();
  const late = AbortSignal.timeout(milliseconds);
  return gone === undefined ? late : anySignal([late, gone]);
}
