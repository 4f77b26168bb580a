import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openGeneration } from '../src/application/open-generation.ts';
import { resumePartition } from '../src/application/resume-partition.ts';
import { rawRecords, Scene, sentRecords } from './scene.ts';
import { august, findingsOf, takeRecords } from './taking.ts';

const topic = 'migration.moves.v1';
const compacted = 'mailbox.directory.v1';
const decision = { by: 'maria.bianchi', reason: 'the broker was restored', at: august };

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

interface Bounds {
  readonly low?: number;
  readonly wasShort?: number | null;
  readonly first?: boolean;
  readonly of?: typeof topic | typeof compacted;
}

const resume = (end: number, { low = 0, wasShort = null, first = true, of = topic }: Bounds = {}) =>
  scene.transactions.run((tx) =>
    resumePartition(tx, { topic: of, partition: 0, low, end, wasShort, first, at: august }),
  );
const open = (low = 0) => scene.transactions.run((tx) => openGeneration(tx, { topic, partition: 0, low, ...decision }));
const values = async () => (await scene.entries()).map(({ value }) => value).filter((value) => !value.startsWith('{'));

/** What the trace has found, each finding as its cause. */
async function causes(): Promise<unknown[]> {
  return (await findingsOf(scene)).map(({ type, said }) => [type, said['cause']]);
}

describe('a partition that continues what was read', () => {
  test('is resumed at the record before the position', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    expect(await resume(4)).toEqual({ offset: 3 });
  });

  test('is looked at twice before it counts as short: another ingester may have read on since the first look', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    expect(await resume(2)).toEqual({ short: 4 });
    expect(await resume(4, { wasShort: 4 })).toEqual({ offset: 3 });
    expect(await causes()).toEqual([]);
  });

  test('is sent back to its position when the reading is ahead of it, as after the database was put back', async () => {
    const sent = rawRecords(sentRecords(8));
    await takeRecords(scene, sent.slice(0, 4));
    expect(await takeRecords(scene, sent.slice(6))).toEqual({ appended: 0, skipped: 0, stopped: null, next: 4 });
    expect(await takeRecords(scene, sent.slice(4), { sentBackTo: 4 })).toMatchObject({ appended: 4, next: 8 });
  });
});

// @rule TRACE-STOP
describe('a partition stops, with a finding and without an entry,', () => {
  test.each([
    ['when it ends before the position', 0, 2, 'end-below-position'],
    ['when it begins above the position', 7, 9, 'begins-above-position'],
    ['when the record before the position is gone', 4, 9, 'last-record-missing'],
  ])('%s', async (_, low, end, cause) => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    expect(await resume(end, { low, wasShort: 4 })).toEqual({ offset: low });
    expect(await causes()).toEqual([['partition-broken-found', cause]]);
    expect(await scene.entries()).toHaveLength(4);
  });

  test('when it begins above its first offset and nothing was ever read of it', async () => {
    await resume(60, { low: 40 });
    expect(await causes()).toEqual([['partition-broken-found', 'begins-above-position']]);
  });

  test('when offsets are skipped between two batches, or inside one after the records before the gap', async () => {
    const sent = rawRecords(sentRecords(12));
    await takeRecords(scene, sent.slice(0, 4));
    expect(await takeRecords(scene, sent.slice(6, 8), { from: 4 })).toMatchObject({
      appended: 0,
      stopped: 'offsets-skipped',
    });
    const others = rawRecords(sentRecords(5, 'other'), { partition: 1 }).toSpliced(2, 1);
    expect(await takeRecords(scene, others)).toEqual({ appended: 2, skipped: 0, stopped: 'offsets-skipped', next: 2 });
    expect(await takeRecords(scene, others)).toEqual({ appended: 0, skipped: 0, stopped: 'offsets-skipped', next: 2 });
  });

  test('when offsets are skipped in a partition of which nothing was ever read', async () => {
    const later = rawRecords(sentRecords(5)).slice(2);
    expect(await takeRecords(scene, later, { from: 0 })).toMatchObject({ appended: 0, stopped: 'offsets-skipped' });
  });

  test('when the broker has nothing at the position to which the reading was sent back', async () => {
    const sent = rawRecords(sentRecords(12));
    await takeRecords(scene, sent.slice(0, 4));
    expect(await takeRecords(scene, sent.slice(8), { sentBackTo: 4 })).toMatchObject({
      stopped: 'begins-above-position',
    });
  });

  test('when the record before the position is another one', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    const others = rawRecords(sentRecords(6, 'other'));
    expect(await takeRecords(scene, others.slice(3))).toMatchObject({ stopped: 'other-record-before-position' });
  });

  test('when a record below the position was never ingested', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    expect(await takeRecords(scene, rawRecords(sentRecords(2, 'other')))).toMatchObject({
      stopped: 'unknown-record-below-position',
    });
  });

  test('once, when two ingesters see it at once', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    const other = rawRecords(sentRecords(2, 'other'));
    await Promise.all([takeRecords(scene, other), takeRecords(scene, other)]);
    expect(await causes()).toEqual([['partition-broken-found', 'unknown-record-below-position']]);
  });

  test('and takes nothing while it is stopped, whatever comes', async () => {
    const sent = rawRecords(sentRecords(8));
    await takeRecords(scene, sent.slice(0, 4));
    await resume(2, { wasShort: 4 });
    expect(await takeRecords(scene, sent.slice(4))).toMatchObject({ appended: 0, stopped: 'end-below-position' });
    expect(await resume(8)).toEqual({ offset: 0 });
  });
});

describe('a compacted topic', () => {
  const first = rawRecords(sentRecords(6), { topic: compacted });

  test('is read from its first record once in each process, and may have lost any of them', async () => {
    await takeRecords(scene, first);
    expect(await resume(6, { of: compacted })).toEqual({ offset: 0 });
    expect(await resume(6, { of: compacted, first: false })).toEqual({ offset: 5 });
    const left = first.toSpliced(5, 1).toSpliced(1, 2);
    expect(await takeRecords(scene, left, { from: 0 })).toMatchObject({ appended: 0, skipped: 3, stopped: null });
  });

  test('that was wiped and filled anew stops, though the record before the position is gone in both', async () => {
    await takeRecords(scene, first);
    const anew = rawRecords(sentRecords(6, 'anew'), { topic: compacted }).toSpliced(5, 1);
    expect(await takeRecords(scene, anew, { from: 0 })).toMatchObject({
      appended: 0,
      stopped: 'unknown-record-below-position',
    });
  });

  test('stops when it has the old ids and other values', async () => {
    await takeRecords(scene, first);
    const forged = first.slice(0, 3).map((record) => ({ ...record, value: Buffer.from('forged') }));
    expect(await takeRecords(scene, forged, { from: 0 })).toMatchObject({ stopped: 'unknown-record-below-position' });
  });
});

// @rule TRACE-GENERATION
describe('an operator', () => {
  test('opens a generation that enters what both logs do not share, after an entry that says who and why', async () => {
    const sent = sentRecords(6);
    await takeRecords(scene, rawRecords(sent.slice(0, 4)));
    const now = rawRecords([...sent.slice(0, 2), ...sentRecords(3, 'other')]);
    await takeRecords(scene, now);
    expect(await open()).toEqual({ topic, partition: 0, generation: 2, next: 0 });
    expect(await takeRecords(scene, now)).toMatchObject({ appended: 3, skipped: 2, stopped: null });
    expect(await values()).toEqual(['n-0', 'n-1', 'n-2', 'n-3', 'other-0', 'other-1', 'other-2']);
    const said = {
      topic,
      partition: 0,
      generation: 2,
      next: 4,
      cause: 'other-record-before-position',
      openedBy: 'maria.bianchi',
      reason: 'the broker was restored',
    };
    const entry = (await scene.entries())[4];
    expect(entry).toMatchObject({ topic, generation: 2, partition: 0, offset: -1 });
    expect(JSON.parse(entry?.value ?? '')).toMatchObject(said);
    expect((await findingsOf(scene)).at(-1)).toMatchObject({ type: 'generation-opened', said });
  });

  test('reads on where the broker begins, when what is gone is gone', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    await resume(60, { low: 40 });
    await open(40);
    const later = rawRecords(sentRecords(2, 'later'), { offset: 40 });
    expect(await takeRecords(scene, later)).toMatchObject({ appended: 2, stopped: null, next: 42 });
    expect(await resume(42, { low: 40 })).toEqual({ offset: 41 });
  });

  test('reads on behind a gap, and is asked about each gap once', async () => {
    const [before, between, after] = [sentRecords(2), sentRecords(2, 'between'), sentRecords(1, 'after')];
    const log = [...rawRecords(before), ...rawRecords(between, { offset: 5 }), ...rawRecords(after, { offset: 9 })];
    expect(await takeRecords(scene, log)).toMatchObject({ appended: 2, stopped: 'offsets-skipped', next: 2 });
    expect(await open()).toMatchObject({ generation: 2, next: 2 });
    expect(await resume(10)).toEqual({ offset: 2 });
    expect(await takeRecords(scene, log.slice(2), { from: 2 })).toMatchObject({
      appended: 2,
      stopped: 'offsets-skipped',
      next: 7,
    });
    expect(await open()).toMatchObject({ generation: 3, next: 7 });
    expect(await takeRecords(scene, log.slice(4), { from: 7 })).toMatchObject({ appended: 1, stopped: null, next: 10 });
    expect(await values()).toEqual(['n-0', 'n-1', 'between-0', 'between-1', 'after-0']);
  });

  test('opens the first record that the broker has when the log behind a gap is another one by now', async () => {
    const sent = rawRecords(sentRecords(6));
    await takeRecords(scene, sent.toSpliced(2, 1));
    await open();
    await resume(1, { wasShort: 2 });
    expect(await open()).toMatchObject({ generation: 3, next: 0 });
    expect(await takeRecords(scene, rawRecords(sentRecords(1, 'anew')))).toMatchObject({ appended: 1, stopped: null });
  });

  test('has nothing to decide about a partition that is read', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    expect(await open()).toMatchObject({ refused: 'partition/not-stopped' });
  });

  test('decides again when the new generation breaks too', async () => {
    await takeRecords(scene, rawRecords(sentRecords(4)));
    await resume(0, { wasShort: 4 });
    await open();
    await takeRecords(scene, rawRecords(sentRecords(3, 'second')));
    await resume(1, { wasShort: 3 });
    expect(await open()).toMatchObject({ generation: 3 });
    await takeRecords(scene, rawRecords(sentRecords(1, 'third')));
    expect(await values()).toEqual(['n-0', 'n-1', 'n-2', 'n-3', 'second-0', 'second-1', 'second-2', 'third-0']);
  });
});
