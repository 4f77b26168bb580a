import { describe, expect, test } from '@jest/globals';
import { KnownSources, SourceRate, SystemClock, sourcesOf } from '@recapito/platform';
import { HashPool } from '../hashing/hash-pool.ts';
import { inTurn } from './in-turn.ts';
import type { AccessParts } from './access-parts.ts';

/** A source may be wrong twice, and then once in ten seconds; nobody waits for longer than a fifth of a second. */
function door() {
  const parts = {
    hashes: new HashPool({ cost: { memoryKib: 64, passes: 1 } }),
    rate: new SourceRate({ burst: 2, perSecond: 0.1 }),
    known: new KnownSources(),
    system: new SystemClock(),
    patienceMs: 200,
  } as AccessParts;
  return async (address: string, right: boolean) => {
    const answer = await inTurn(parts, sourcesOf(address), () => Promise.resolve({ answer: 'judged', right }));
    return typeof answer === 'string' ? answer : answer.refused;
  };
}

// @rule ACCESS-SLOWED
describe('a source', () => {
  test('that is wrong faster than its rate is asked to come back, and nobody else is', async () => {
    const comes = door();
    const answers: string[] = [];
    for (let time = 0; time < 4; time += 1) answers.push(await comes('192.0.2.1', false));
    expect(answers).toEqual(['judged', 'judged', 'access/busy', 'access/busy']);
    expect(await comes('192.0.2.2', false)).toBe('judged');
  });

  test('that is right may come as often as it likes', async () => {
    const comes = door();
    const answers: string[] = [];
    for (let time = 0; time < 20; time += 1) answers.push(await comes('192.0.2.1', true));
    expect(new Set(answers)).toEqual(new Set(['judged']));
  });
});
