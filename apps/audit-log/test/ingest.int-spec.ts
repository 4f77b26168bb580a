import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawRecord } from '@recapito/messaging';
import { parseInstant } from '@recapito/primitives';
import { BulkTransactions } from '../src/persistence/bulk-transactions.ts';
import { rawRecords, Scene, sentRecords } from './scene.ts';
import { takeRecords } from './taking.ts';

const topic = 'migration.moves.v1';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

const take = (records: readonly RawRecord[], more?: Parameters<typeof takeRecords>[2]) =>
  takeRecords(scene, records, more);

async function values(): Promise<string[]> {
  return (await scene.entries()).map(({ value }) => value);
}

describe('a batch', () => {
  test('becomes entries with consecutive indexes, in its order, as received', async () => {
    const taken = await take(rawRecords(sentRecords(3)));
    expect(taken).toEqual({ appended: 3, skipped: 0, stopped: null, next: 3 });
    expect(await scene.entries()).toEqual(
      [0, 1, 2].map((index) => ({
        index,
        day: '2010-08-02',
        topic,
        generation: 1,
        partition: 0,
        offset: index,
        value: `n-${index}`,
      })),
    );
  });

  test('keeps every byte of key, headers and value, and the instant of the event', async () => {
    const [record] = rawRecords(sentRecords(1));
    if (record === undefined) throw new Error('there is one');
    const bytes = Buffer.from([0, 1, 10, 92, 255]);
    await take([
      {
        ...record,
        key: null,
        value: bytes,
        headers: [
          ['ce_time', Buffer.from('2010-08-02T07:00:00.123Z')],
          ['x', bytes],
        ],
      },
    ]);
    const { rows } = await scene.owner.query(
      `SELECT key, encode(value, 'hex') AS value, encode(headers, 'hex') AS headers, event_at FROM entry`,
    );
    expect(rows).toEqual([
      {
        key: null,
        value: '00010a5cff',
        headers:
          '00000002' +
          '0000000763655f74696d65' +
          '00000018323031302d30382d30325430373a30303a30302e3132335a' +
          '0000000178' +
          '0000000500010a5cff',
        event_at: new Date('2010-08-02T07:00:00.123Z'),
      },
    ]);
  });

  // @rule TRACE-ONCE
  test('that comes again changes nothing', async () => {
    const records = rawRecords(sentRecords(3));
    await take(records);
    expect(await take(records)).toEqual({ appended: 0, skipped: 3, stopped: null, next: 3 });
    expect(await values()).toEqual(['n-0', 'n-1', 'n-2']);
  });

  test('that overlaps the one before adds only what is new', async () => {
    const sent = sentRecords(5);
    await take(rawRecords(sent.slice(0, 3)));
    await take(rawRecords(sent.slice(1), { offset: 1 }));
    expect(await values()).toEqual(['n-0', 'n-1', 'n-2', 'n-3', 'n-4']);
  });

  test('that holds a record twice gives one entry', async () => {
    const [first] = sentRecords(1);
    if (first === undefined) throw new Error('there is one');
    await take(rawRecords([first, first]));
    expect(await values()).toEqual(['n-0']);
  });

  test('that holds a record of an earlier batch does not give it another entry, wherever it lies', async () => {
    const sent = sentRecords(2);
    await take(rawRecords(sent));
    expect(await take(rawRecords(sent, { partition: 5 }))).toMatchObject({ appended: 0, skipped: 2, stopped: null });
    expect(await values()).toEqual(['n-0', 'n-1']);
  });

  test('whose records have no id of their own is ingested all the same, and once', async () => {
    const nameless = rawRecords(sentRecords(2)).map((record) => ({ ...record, headers: [] }));
    await take(nameless);
    await take(nameless);
    expect(await values()).toEqual(['n-0', 'n-1']);
  });
});

describe('two ingesters at once', () => {
  test('ingest every record once, in the order of each partition, with no gap between indexes', async () => {
    const partitions = [0, 1, 2].map((partition) => rawRecords(sentRecords(200, `p${partition}`), { partition }));
    const batches = partitions.flatMap((records) => [0, 50, 100, 150].map((from) => records.slice(from, from + 50)));
    // Both get every batch, of each partition in order; the partitions meet as they like.
    const ingester = async (): Promise<void> => {
      const transactions = new BulkTransactions(scene.database.url);
      const inOrder = async (_: unknown, partition: number): Promise<void> => {
        for (const batch of batches.slice(partition * 4, partition * 4 + 4)) await take(batch, { transactions });
      };
      await Promise.all(partitions.map(inOrder));
      await transactions.close();
    };
    await Promise.all([ingester(), ingester()]);
    const entries = await scene.entries();
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 600 }, (_, index) => index));
    for (const partition of [0, 1, 2])
      expect(entries.filter((entry) => entry.partition === partition).map(({ value }) => value)).toEqual(
        Array.from({ length: 200 }, (_, index) => `p${partition}-${index}`),
      );
  });
});

// @rule TRACE-DAY
describe('an entry is filed', () => {
  test('under the day of Rome, which ends at 22:00Z in summer', async () => {
    const sent = sentRecords(2);
    await take(rawRecords(sent.slice(0, 1)), { at: parseInstant('2010-09-15T21:59:59.999Z') });
    await take(rawRecords(sent.slice(1), { offset: 1 }), { at: parseInstant('2010-09-15T22:00:00Z') });
    expect((await scene.entries()).map(({ day }) => day)).toEqual(['2010-09-15', '2010-09-16']);
  });

  test('under the last day when the clock was put back', async () => {
    const sent = sentRecords(2);
    await take(rawRecords(sent.slice(0, 1)), { at: parseInstant('2010-09-16T10:00:00Z') });
    await take(rawRecords(sent.slice(1), { offset: 1 }), { at: parseInstant('2010-09-15T10:00:00Z') });
    expect((await scene.entries()).map(({ day }) => day)).toEqual(['2010-09-16', '2010-09-16']);
  });
});
