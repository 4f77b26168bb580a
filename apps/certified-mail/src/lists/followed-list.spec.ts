import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { after, isRefusal, parseInstant, refuse } from '@recapito/primitives';
import { FollowedList } from './followed-list.ts';
import type { Reading } from './followed-list.ts';
import { KeptCopies } from './kept-copies.ts';
import { judgeLoss } from './list-change.ts';
import type { ListRefusal } from './list-refusal.ts';

const start = parseInstant('2026-11-22T09:00:00Z');
const hour = 3_600_000;
let folder: string;
let source: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-lists-'));
  source = join(folder, 'names.txt');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A list of names, one a line; it ends with a full stop, or was cut. */
function readNames(bytes: Buffer, { before, acceptLoss }: Reading<Set<string>>): Set<string> | ListRefusal {
  const text = bytes.toString();
  if (!text.endsWith('.'))
    return refuse('index/malformed', 'LIST-STALE', { it: 'Elenco troncato.', en: 'A cut list.' });
  const names = new Set(text.slice(0, -1).split('\n'));
  return (before && judgeLoss(before, names, { lossShare: 0.1, acceptLoss }, { it: 'Nomi', en: 'Names' })) ?? names;
}

const begin = async (at = start) =>
  await FollowedList.begin(
    {
      name: 'names',
      source: { from: source, longest: 1_000 },
      kept: new KeptCopies(join(folder, 'kept')),
      read: readNames,
      staleAfterMs: 48 * hour,
    },
    at,
  );
const has = (...names: string[]) => writeFileSync(source, `${names.join('\n')}.`);

describe('a list that somebody else keeps', () => {
  test('is taken over when its source has another', async () => {
    has('a', 'b');
    const list = await begin();
    has('a', 'b', 'c');
    expect(await list.look(after(start, hour))).toBeNull();
    expect([...list.current]).toEqual(['a', 'b', 'c']);
    expect(list.state).toEqual({
      readAt: after(start, hour),
      from: 'source',
      lookedAt: after(start, hour),
      failure: null,
    });
  });

  // @rule LIST-STALE
  test('stays in force while its source is away, and is stale after forty-eight hours', async () => {
    has('a', 'b');
    const list = await begin();
    rmSync(source);
    expect(await list.look(after(start, 24 * hour))).toMatchObject({ refused: 'list/away', rule: 'LIST-STALE' });
    expect([...list.current]).toEqual(['a', 'b']);
    expect(list.check(after(start, 48 * hour - 1))).toEqual({
      state: 'ok',
      ageMs: 48 * hour - 1,
      from: 'source',
      reason: 'list/away',
    });
    expect(list.check(after(start, 48 * hour))).toMatchObject({ state: 'degraded', ageMs: 48 * hour });
    has('a', 'b');
    await list.look(after(start, 49 * hour));
    expect(list.check(after(start, 49 * hour))).toEqual({ state: 'ok', ageMs: 0, from: 'source' });
  });

  // @rule LIST-STALE
  test('outlives a restart without its source, with the age that it has', async () => {
    has('a', 'b');
    await begin();
    rmSync(source);
    const list = await begin(after(start, 50 * hour));
    expect([...list.current]).toEqual(['a', 'b']);
    expect(list.state).toMatchObject({ readAt: start, from: 'kept copy' });
    expect(list.check(after(start, 50 * hour))).toMatchObject({ state: 'degraded', reason: 'list/away' });
  });

  test.each([
    ['is cut', () => writeFileSync(source, 'a\nb'), 'index/malformed'],
    ['is too long', () => writeFileSync(source, Buffer.alloc(1_001, 0x2e)), 'list/away'],
    ['has lost much of what stood in it', () => has('a'), 'list/loss'],
  ])('does not take over what %s', async (_, spoil, code) => {
    has('a', 'b');
    const list = await begin();
    spoil();
    expect(await list.look(after(start, hour))).toMatchObject({ refused: code });
    expect([...list.current]).toEqual(['a', 'b']);
    const again = await begin(after(start, 2 * hour));
    expect([...again.current]).toEqual(['a', 'b']);
  });

  // @rule LIST-LOSS
  test('takes over a loss when an operator says that it is right', async () => {
    has('a', 'b');
    const list = await begin();
    has('a');
    expect(await list.look(after(start, hour), true)).toBeNull();
    expect([...list.current]).toEqual(['a']);
    expect([...(await begin(after(start, 2 * hour))).current]).toEqual(['a']);
  });

  test('cannot begin without a source or a copy, and says which list', async () => {
    await expect(begin()).rejects.toThrow('names.txt');
    writeFileSync(source, 'cut');
    await expect(begin()).rejects.toThrow('A cut list.');
  });

  test('keeps one copy, and one look at a time', async () => {
    has('a', 'b');
    const list = await begin();
    has('a', 'b', 'c');
    await Promise.all([1, 2, 3].map((n) => list.look(after(start, n * hour))));
    expect(list.state.readAt).toBe(after(start, 3 * hour));
    expect(readdirSync(join(folder, 'kept'))).toEqual([`names.00${after(start, 3 * hour)}`]);
  });

  // @rule LIST-SHARED
  test('is in force in every process of the installation as soon as one has seen it, losses that were accepted included', async () => {
    has('a', 'b');
    const [one, other] = [await begin(), await begin()];
    expect(await other.adopt(after(start, 1))).toBe(false);
    has('a');
    await one.look(after(start, hour), true);
    expect(await other.adopt(after(start, hour + 1))).toBe(true);
    expect([...other.current]).toEqual(['a']);
    expect(other.state.readAt).toBe(after(start, hour));
    expect(await other.adopt(after(start, hour + 2))).toBe(false);
  });

  test('of another process is read once, and left when it cannot be believed', async () => {
    has('a', 'b');
    const list = await begin();
    await new KeptCopies(join(folder, 'kept')).save('names', { bytes: Buffer.from('x'), readAt: after(start, hour) });
    expect([await list.adopt(after(start, hour)), await list.adopt(after(start, hour))]).toEqual([false, false]);
    expect([...list.current]).toEqual(['a', 'b']);
  });

  test('is in force also when there is no room to keep it', async () => {
    has('a', 'b');
    const list = await begin();
    rmSync(join(folder, 'kept'), { recursive: true });
    writeFileSync(join(folder, 'kept'), 'a file where the folder should be');
    has('a', 'b', 'c');
    expect(await list.look(after(start, hour))).toBeNull();
    expect([...list.current]).toEqual(['a', 'b', 'c']);
  });
});

// @rule LIST-LOSS
describe('a loss', () => {
  const names = (count: number) => new Set(Array.from({ length: count }, (_, n) => `${n}`));
  const called = { it: 'Elenco', en: 'List' };

  test.each([
    [10, 9, false],
    [10, 8, true],
    [3, 2, true],
    [100, 90, false],
    [100, 89, true],
    [0, 0, false],
  ])('from %d to %d is refused beyond a tenth: %s', (before, next, refused) => {
    const judged = judgeLoss(names(before), names(next), { lossShare: 0.1, acceptLoss: false }, called);
    expect(isRefusal(judged)).toBe(refused);
  });

  test('is counted by what is gone, however much is new', () => {
    const judged = judgeLoss(names(10), new Set('abcdefghijklmnop'), { lossShare: 0.1, acceptLoss: false }, called);
    expect(judged).toMatchObject({ refused: 'list/loss', details: { before: 10, lost: 10 } });
  });
});
