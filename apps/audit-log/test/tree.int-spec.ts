import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { proveEntry } from '../src/application/prove-entry.ts';
import { signCheckpoint } from '../src/application/sign-checkpoint.ts';
import { takeBatch } from '../src/application/take-batch.ts';
import { parseCheckpoint } from '../src/domain/checkpoint.ts';
import { leafOf } from '../src/domain/leaf.ts';
import { treeHash } from '../src/domain/merkle-tree.ts';
import type { Hash } from '../src/domain/merkle-tree.ts';
import { provesInclusion } from '../src/domain/proofs.ts';
import { parseNote } from '../src/domain/signed-note.ts';
import { naiveRoot } from '../src/domain/testing/naive-tree.ts';
import { unsigned } from '../src/persistence/tree.store.ts';
import type { SignedHead } from '../src/persistence/tree.store.ts';
import { CheckpointKey } from '../src/sealing/checkpoint-key.ts';
import { sha256 } from '../src/sealing/sha256.ts';
import { checkpointSeed, origin, rawRecords, Scene, sentRecords } from './scene.ts';

const at = parseInstant('2010-08-02T07:00:00Z');
const key = new CheckpointKey(origin, checkpointSeed);
const hash = treeHash(sha256);

let scene: Scene;
let offset: number;
beforeEach(async () => {
  scene = await Scene.open();
  offset = 0;
});
afterEach(() => scene.close());

async function ingest(count: number): Promise<void> {
  const records = rawRecords(sentRecords(count), { offset });
  offset += count;
  const batch = { topic: 'migration.moves.v1' as const, partition: 0, records, end: String(offset) };
  await scene.transactions.run((tx) => takeBatch(tx, { batch, at }));
}

async function signed(): Promise<SignedHead | null> {
  const outcome = await scene.prisma.transaction((tx) => signCheckpoint(tx, { key, at }));
  if (outcome !== null && 'broken' in outcome) throw new Error('nothing was published that it could break with');
  return outcome;
}

/** The leaf hashes as the ingest left them, in the order of the entries. */
async function leaves(): Promise<Hash[]> {
  const { rows } = await scene.owner.query<{ leaves: Buffer }>(
    'SELECT leaves FROM sequenced_batch ORDER BY first_index',
  );
  const all = Buffer.concat(rows.map((row) => row.leaves));
  return Array.from({ length: all.length / 32 }, (_, index) => all.subarray(index * 32, index * 32 + 32));
}

describe('a checkpoint', () => {
  test('covers every entry that was sequenced before it, with the root of the recursive definition', async () => {
    await ingest(5);
    await ingest(300);
    const head = await signed();
    expect(head?.size).toBe(305);
    expect(Buffer.from(head?.root ?? [])).toEqual(Buffer.from(naiveRoot(await leaves())));
    expect(await unsigned(scene.prisma.client)).toMatchObject({ entries: 0 });
  });

  test('is a note that says so, and is told to whoever keeps checkpoints', async () => {
    await ingest(5);
    const head = await signed();
    const text = parseNote(head?.note ?? '')?.text ?? '';
    expect(parseCheckpoint(text)).toEqual({ origin, size: 5, root: Buffer.from(head?.root ?? []) });
    const { rows } = await scene.owner.query<{ topic: string; key: string; sequence: string; value: string }>(
      'SELECT topic, key, sequence, value FROM outbox',
    );
    expect(rows).toMatchObject([{ topic: 'audit-log.checkpoints.v1', key: origin, sequence: '1' }]);
    expect(JSON.parse(rows[0]?.value ?? '')).toEqual({
      origin,
      size: 5,
      root: Buffer.from(head?.root ?? []).toString('base64'),
      note: head?.note,
    });
  });

  test('is not signed again while there is nothing new', async () => {
    await ingest(5);
    await signed();
    expect(await signed()).toBeNull();
  });

  test('follows another one across the bounds of tiles, however the entries came', async () => {
    for (const count of [1, 254, 1, 1, 255, 513, 2]) {
      await ingest(count);
      const head = await signed();
      expect(Buffer.from(head?.root ?? [])).toEqual(Buffer.from(naiveRoot(await leaves())));
    }
    const { rows } = await scene.owner.query('SELECT level, index::int FROM tile ORDER BY level, index');
    expect(rows).toEqual([0, 1, 2, 3].map((index) => ({ level: 0, index })));
    const { rows: sequences } = await scene.owner.query<{ sequence: number }>(
      'SELECT sequence::int FROM checkpoint ORDER BY size',
    );
    expect(sequences.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('is signed once when two signers meet', async () => {
    await ingest(5);
    const heads = await Promise.all([signed(), signed()]);
    expect(heads.filter((head) => head !== null)).toHaveLength(1);
  });

  // @rule TRACE-NO-REWRITE
  test('is never signed over a tree that somebody has changed', async () => {
    await ingest(300);
    await signed();
    await ingest(3);
    await scene.owner.query(
      `UPDATE sequenced_batch SET leaves = overlay(leaves PLACING '\\x00' FROM 9000) WHERE first_index = 0`,
    );
    await expect(signed()).rejects.toThrow('no longer has the root that was signed at size 300');
  });
});

// @rule TRACE-ENTRY
describe('an entry with its proof', () => {
  test.each([0, 7, 255, 256, 511, 600])('convinces that it is number %i of the signed tree', async (index) => {
    await ingest(601);
    const head = await signed();
    const proven = await scene.prisma.transaction((tx) => proveEntry(tx, { index }));
    if (isRefusal(proven) || head === null) throw new Error('the entry is there');
    expect(proven.entry.index).toBe(index);
    expect(Buffer.from(proven.entry.record.value ?? []).toString()).toBe(`n-${index}`);
    const claim = { leaf: leafOf(hash, sha256, proven.entry), index, size: 601, root: head.root };
    expect(provesInclusion(hash, claim, proven.proof)).toBe(true);
    expect(proven.checkpoint).toBe(head.note);
  });

  test('is unknown until a checkpoint covers it', async () => {
    await ingest(2);
    const ask = () => scene.prisma.transaction((tx) => proveEntry(tx, { index: 1 }));
    expect(await ask()).toMatchObject({ refused: 'entry/unknown' });
    await signed();
    expect(await ask()).toMatchObject({ entry: { index: 1 } });
    await ingest(1);
    expect(await scene.prisma.transaction((tx) => proveEntry(tx, { index: 2 }))).toMatchObject({
      refused: 'entry/unknown',
    });
  });
});
