import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { raiseEpoch } from '@recapito/messaging';
import type { RawRecord } from '@recapito/messaging';
import { isRefusal } from '@recapito/primitives';
import type { BrokenLog } from '../src/application/compare-published.ts';
import { declareLog } from '../src/application/declare-log.ts';
import { signCheckpoint } from '../src/application/sign-checkpoint.ts';
import type { PublishedCheckpoint } from '../src/domain/published-log.ts';
import type { SignedHead } from '../src/persistence/tree.store.ts';
import { CheckpointKey } from '../src/sealing/checkpoint-key.ts';
import { checkpointSeed, origin, rawRecords, Scene, sentRecords } from './scene.ts';
import { august, findingsOf, takeRecords } from './taking.ts';

const key = new CheckpointKey(origin, checkpointSeed);
const now = 1_796_000_000_000;

let scene: Scene;
let records: RawRecord[];
beforeEach(async () => {
  scene = await Scene.open();
  records = rawRecords(sentRecords(5));
});
afterEach(() => scene.close());

const sign = (...published: PublishedCheckpoint[]): Promise<SignedHead | BrokenLog | null> =>
  scene.prisma.transaction((tx) => signCheckpoint(tx, { key, at: august, published }));

async function published(): Promise<PublishedCheckpoint> {
  const head = await sign();
  const read = head !== null && 'note' in head ? key.readCheckpoint(head.note) : null;
  if (read === null) throw new Error('nothing was signed');
  return read;
}

const declare = (checkpoints: readonly PublishedCheckpoint[], at = now) => {
  const command = { key, published: checkpoints, by: 'maria.bianchi', reason: 'backup restored', at: august, now: at };
  return scene.transactions.run((tx) => declareLog(tx, command));
};

async function declaredOrigin(checkpoints: readonly PublishedCheckpoint[], at = now): Promise<string> {
  const declared = await declare(checkpoints, at);
  if (isRefusal(declared)) throw new Error(declared.refused);
  return declared.origin;
}

/** Two entries were signed, the backup was taken, and three more were signed and published after it. */
async function restored(): Promise<PublishedCheckpoint> {
  await takeRecords(scene, records.slice(0, 2));
  await sign();
  const { rows } = await scene.owner.query<{ next: string; fingerprint: Buffer }>('SELECT * FROM ingest_position');
  await takeRecords(scene, records.slice(2));
  const newest = await published();
  await scene.owner.query('DELETE FROM checkpoint WHERE size > 2');
  await scene.owner.query('DELETE FROM entry WHERE index >= 2');
  await scene.owner.query('DELETE FROM sequenced_batch WHERE first_index >= 2');
  const later = records.slice(2).map(({ headers }) => headers[0]?.[1].toString());
  await scene.owner.query('DELETE FROM ingested_id WHERE id = ANY ($1::uuid[])', [later]);
  await scene.owner.query('UPDATE ingest_position SET next = $1, fingerprint = $2', [
    rows[0]?.next,
    rows[0]?.fingerprint,
  ]);
  await scene.owner.query(`DELETE FROM outbox WHERE topic = 'audit-log.checkpoints.v1' AND sequence > 1`);
  return newest;
}

describe('a database that was put back', () => {
  test('signs nothing while its tree is smaller than the newest published one, and takes records meanwhile', async () => {
    const newest = await restored();
    expect(await sign(newest)).toMatchObject({ broken: 'tree-smaller', entries: 2 });
    await takeRecords(scene, records.slice(2, 4));
    expect(await sign(newest)).toMatchObject({ broken: 'tree-smaller', entries: 4 });
    const { rows } = await scene.owner.query('SELECT size::int FROM checkpoint');
    expect(rows).toEqual([{ size: 2 }]);
  });

  test('signs nothing when the same records gave another root, and publishes one finding', async () => {
    const newest = await restored();
    await sign(newest);
    await takeRecords(scene, [...records.slice(2), ...rawRecords(sentRecords(3, 'later'), { offset: 5 })]);
    expect(await sign(newest)).toMatchObject({ broken: 'other-root', entries: 8 });
    const root = Buffer.from(newest.head.root).toString('base64');
    expect(await findingsOf(scene)).toMatchObject([
      {
        type: 'log-broken-found',
        said: { origin, cause: 'tree-smaller', entries: 2, published: { origin, size: 5, root } },
      },
    ]);
  });

  // @rule TRACE-NEW-EPOCH
  test('signs nothing in a new epoch until a log is declared above it, though all that is known as published agrees', async () => {
    await takeRecords(scene, records.slice(0, 2));
    const newest = await published();
    const epoch = await scene.prisma.transaction((tx) => raiseEpoch(tx, [now]));
    await takeRecords(scene, records.slice(2));
    expect(await sign(newest)).toMatchObject({ broken: 'new-epoch', entries: 5 });
    const declared = await declaredOrigin([newest], now - 1);
    expect(declared).toBe(`${origin}/${epoch + 1}`);
    expect(await sign(newest)).toMatchObject({ size: 6 });
    expect(await declare([newest])).toMatchObject({ refused: 'log/not-broken' });
  });

  test('goes on when the entries that it kept give the published root: only the checkpoint was lost', async () => {
    await takeRecords(scene, records);
    const newest = await published();
    await scene.owner.query('TRUNCATE checkpoint');
    await takeRecords(scene, rawRecords(sentRecords(1, 'later'), { offset: 5 }));
    expect(await sign(newest)).toMatchObject({ size: 6 });
  });

  test('is compared with checkpoints between those that it has signed, too', async () => {
    await takeRecords(scene, records.slice(0, 3));
    const between = await published();
    await takeRecords(scene, records.slice(3));
    await sign();
    await scene.owner.query('DELETE FROM checkpoint WHERE size = 3');
    expect(await sign(between)).toBeNull();
    const root = new Uint8Array(32).fill(7);
    expect(await sign({ ...between, head: { ...between.head, root } })).toMatchObject({ broken: 'other-root' });
  });
});

// @rule TRACE-NEW-LOG
describe('a declared new log', () => {
  test('has an origin of its own, and names the published head in its entry, its fact and each checkpoint', async () => {
    const newest = await restored();
    await takeRecords(scene, records.slice(2));
    const root = Buffer.from(newest.head.root).toString('base64');
    const ended = { origin, size: 5, root, note: newest.note };
    expect(await declare([newest])).toEqual({ origin: `${origin}/1796000000000`, ended });
    const said = { origin: `${origin}/1796000000000`, ended, cause: 'other-root', declaredBy: 'maria.bianchi' };
    const entry = (await scene.entries()).at(-1);
    expect(entry).toMatchObject({ index: 5, topic: 'audit-log.checkpoints.v1', offset: -1 });
    expect(JSON.parse(entry?.value ?? '')).toMatchObject({ ...said, kept: { origin, size: 2 } });
    const first = await sign(newest);
    expect(first).toMatchObject({ size: 6, note: expect.stringContaining(`\nfollows ${origin} 5 ${root}\n`) });
    const { rows } = await scene.owner.query<{ type: string; sequence: string; key: string }>(
      `SELECT type, sequence, key FROM outbox WHERE topic = 'audit-log.checkpoints.v1' ORDER BY seq`,
    );
    expect(rows.slice(1)).toEqual([
      { type: 'log-declared', sequence: '1', key: `${origin}/1796000000000` },
      { type: 'checkpoint-signed', sequence: '2', key: `${origin}/1796000000000` },
    ]);
  });

  test('is declared once: asking again changes nothing', async () => {
    const newest = await restored();
    await declare([newest]);
    expect(await declare([newest], now + 1)).toMatchObject({ refused: 'log/not-broken' });
    expect(await scene.entries()).toHaveLength(3);
  });

  test('is declared once by two operators at once', async () => {
    const newest = await restored();
    const both = await Promise.all([declare([newest]), declare([newest], now + 1)]);
    expect(both.filter((each) => isRefusal(each))).toHaveLength(1);
  });

  test('is not declared while the log continues what was published', async () => {
    await takeRecords(scene, records);
    expect(await declare([await published()])).toMatchObject({ refused: 'log/not-broken' });
    expect(await declare([])).toMatchObject({ refused: 'log/not-broken' });
  });

  test('stops a database that was put back to before its declaration, and the next one names both', async () => {
    const newest = await restored();
    const second = await declaredOrigin([newest]);
    const later = await sign(newest);
    const ofSecond = later !== null && 'note' in later ? key.readCheckpoint(later.note) : null;
    if (ofSecond === null) throw new Error('the declared log was not signed');
    await scene.owner.query('DELETE FROM declared_log');
    expect(await sign(newest, ofSecond)).toMatchObject({ broken: 'newer-log' });
    const third = await declaredOrigin([newest, ofSecond], now);
    expect(third).toBe(`${origin}/1796000000001`);
    const head = await sign(newest, ofSecond);
    const text = head !== null && 'note' in head ? head.note : '';
    expect(text.split('\n').filter((line) => line.startsWith('follows'))).toEqual([
      expect.stringContaining(`follows ${second} 3 `),
      expect.stringContaining(`follows ${origin} 5 `),
    ]);
  });
});
