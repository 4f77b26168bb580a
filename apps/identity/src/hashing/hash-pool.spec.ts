import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '@node-rs/argon2';
import { HashPool } from './hash-pool.ts';
import type { HashTurn } from './hash-pool.ts';

const cheap = { memoryKib: 64, passes: 1 };

const turn: HashTurn = { visitor: { source: 'anna', known: true } };
const turnOf = (source: string, gone?: AbortSignal): HashTurn => ({ visitor: { source, known: true }, gone });

describe('the pool of hashes', () => {
  test('the cost is the one that was configured, written in the hash itself, with one lane of argon2id', async () => {
    const pool = new HashPool({ cost: { memoryKib: 19_456, passes: 2 } });
    const hashed = await pool.hash('un segreto', turn);
    if (typeof hashed !== 'string') throw new Error('not hashed');
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(hashed)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  });

  test('the right secret verifies, another does not, and composed letters equal decomposed ones', async () => {
    const pool = new HashPool({ cost: cheap });
    const hashed = await pool.hash('perché no', turn);
    if (typeof hashed !== 'string') throw new Error('not hashed');
    expect(await pool.verify(hashed, 'perche\u0301 no', turn)).toBe(true);
    expect(await pool.verify(hashed, 'perche no', turn)).toBe(false);
  });

  test('a hash made with a key verifies with that key alone', async () => {
    const pool = new HashPool({ cost: cheap });
    const hashed = await pool.hash('risposta', turn, Buffer.alloc(32, 1));
    if (typeof hashed !== 'string') throw new Error('not hashed');
    expect(await pool.verify(hashed, 'risposta', turn, Buffer.alloc(32, 1))).toBe(true);
    expect(await pool.verify(hashed, 'risposta', turn)).toBe(false);
    expect(await pool.verify(hashed, 'risposta', turn, Buffer.alloc(32, 2))).toBe(false);
  });

  test('a name without a secret costs a hash like any other and never opens', async () => {
    const pool = new HashPool({ cost: cheap });
    await pool.prepare();
    expect(await pool.verifyNothing('qualcosa', turn)).toBe(false);
    expect(pool.state.hashes).toBe(1);
  });

  test('no more than four are computed at a time', async () => {
    const pool = new HashPool({ cost: cheap });
    const asked = Array.from({ length: 12 }, (_, index) => pool.hash(`segreto ${index}`, turnOf(String(index))));
    expect(pool.state).toMatchObject({ running: 4, waiting: 8 });
    await Promise.all(asked);
    expect(pool.state).toEqual({ running: 0, waiting: 0, hashes: 12, turnedAway: 0 });
  });

  // @rule HASHING-BOUNDED
  test('who finds no place to wait is told at once, and those waiting are served in their order', async () => {
    const pool = new HashPool({ cost: cheap, calls: 1, places: 2 });
    const served: string[] = [];
    const ask = async (name: string) => {
      const outcome = await pool.hash(name, turnOf(name));
      served.push(typeof outcome === 'string' ? name : `${name} ${outcome.notHashed}`);
    };
    await Promise.all(['first', 'second', 'third', 'fourth'].map(ask));
    expect(served).toEqual(['fourth busy', 'first', 'second', 'third']);
    expect(pool.state.turnedAway).toBe(1);
  });

  // @rule HASHING-BOUNDED
  test('who waited longer than the patience is told so, and its hash is never begun', async () => {
    const pool = new HashPool({ cost: { memoryKib: 65_536, passes: 3 }, calls: 1, patienceMs: 20 });
    const [first, second] = await Promise.all([pool.hash('one', turn), pool.hash('two', turn)]);
    expect(typeof first).toBe('string');
    expect(second).toEqual({ notHashed: 'busy' });
    expect(pool.state.hashes).toBe(1);
  });

  test('a hash whose caller has gone is not begun, and the next one takes its turn', async () => {
    const pool = new HashPool({ cost: cheap, calls: 1 });
    const leaves = new AbortController();
    const first = pool.hash('one', turn);
    const second = pool.hash('two', turnOf('mario', leaves.signal));
    const third = pool.hash('three', turnOf('gianni'));
    leaves.abort();
    expect(await second).toEqual({ notHashed: 'gone' });
    expect(typeof (await first)).toBe('string');
    expect(typeof (await third)).toBe('string');
    expect(pool.state.hashes).toBe(2);
  });

  test('a caller who had gone before asking is not served either', async () => {
    const pool = new HashPool({ cost: cheap });
    expect(await pool.hash('one', turnOf('anna', AbortSignal.abort()))).toEqual({ notHashed: 'gone' });
    expect(pool.state.hashes).toBe(0);
  });

  test('four attempts for each hash may be under way, the others wait in their order and their places', async () => {
    const pool = new HashPool({ cost: cheap, calls: 1, places: 1 });
    const held = Promise.withResolvers<string>();
    const inside = Array.from({ length: 4 }, () => pool.attempt(() => held.promise, turn));
    const fifth = pool.attempt(() => Promise.resolve('fifth'), turn);
    expect(pool.state.waiting).toBe(1);
    expect(await pool.attempt(() => Promise.resolve('sixth'), turn)).toEqual({ notHashed: 'busy' });
    held.resolve('held');
    expect(await Promise.all([...inside, fifth])).toEqual(['held', 'held', 'held', 'held', 'fifth']);
    expect(pool.state).toEqual({ running: 0, waiting: 0, hashes: 0, turnedAway: 1 });
  });
});
