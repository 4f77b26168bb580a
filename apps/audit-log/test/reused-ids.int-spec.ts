import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '@recapito/messaging';
import { BulkTransactions } from '../src/persistence/bulk-transactions.ts';
import { rawRecords, Scene } from './scene.ts';
import { findingsOf, takeRecords } from './taking.ts';

const id = '01a20251-6447-7e68-9262-8d0ae3faa3a2';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

interface Place {
  readonly topic?: TopicName;
  readonly partition?: number;
  readonly offset?: number;
}

const record = (value: string, place: Place = {}): RawRecord[] => rawRecords([{ id, key: 'h1', value }], place);
const values = async () => (await scene.entries()).map(({ value }) => value);

// @rule TRACE-REUSED-ID
describe.each([
  ['a compacted topic', 'mailbox.directory.v1'],
  ['a topic that is not compacted', 'migration.moves.v1'],
] as const)('in %s, a record that has the id of an earlier one and says something else', (_, topic) => {
  test('is an entry and a finding', async () => {
    await takeRecords(scene, record('first', { topic }));
    const taken = await takeRecords(scene, record('second', { topic, offset: 1 }));
    expect(taken).toMatchObject({ appended: 1, skipped: 0 });
    expect(await values()).toEqual(['first', 'second']);
    expect(await findingsOf(scene)).toMatchObject([
      { type: 'id-reused-found', said: { topic, partition: 0, offset: 1, id, entry: 1 } },
    ]);
  });

  test('is so in the same batch, in another partition, and when it comes again it is a repetition', async () => {
    await takeRecords(scene, [...record('first', { topic }), ...record('second', { topic, offset: 1 })]);
    await takeRecords(scene, record('third', { topic, partition: 7 }));
    expect(await values()).toEqual(['first', 'second', 'third']);
    const again = [
      ...record('second', { topic, offset: 2 }),
      ...record('first', { topic, offset: 3 }),
      ...record('third', { topic, offset: 4 }),
    ];
    expect(await takeRecords(scene, again)).toMatchObject({ appended: 0, skipped: 3 });
    expect(await findingsOf(scene)).toHaveLength(2);
  });
});

// @rule TRACE-REUSED-ID
describe('a record that has the id of an earlier one', () => {
  test.each([
    ['another key', { key: Buffer.from('h2') }],
    ['no key', { key: null }],
    ['no value', { value: null }],
    ['another type', { headers: [['ce_id', Buffer.from(id)] as const, ['ce_type', Buffer.from('x')] as const] }],
    ['a second id', { headers: [['ce_id', Buffer.from(id)] as const, ['CE_ID', Buffer.from(id)] as const] }],
  ])('and %s is another record', async (_, change) => {
    const [first] = record('said');
    if (first === undefined) throw new Error('there is one');
    await takeRecords(scene, [first]);
    expect(await takeRecords(scene, [{ ...first, ...change, offset: '1' }])).toMatchObject({ appended: 1 });
  });

  test('and headers that a relay or a later release has added is the same record', async () => {
    const [first] = record('said');
    if (first === undefined) throw new Error('there is one');
    await takeRecords(scene, [first]);
    const headers = [['traceparent', Buffer.from('00-1-2-01')] as const, ...first.headers];
    expect(await takeRecords(scene, [{ ...first, headers, offset: '1' }])).toMatchObject({ appended: 0, skipped: 1 });
    expect(await findingsOf(scene)).toEqual([]);
  });

  test('counts as the same record where an earlier release kept the id alone', async () => {
    await takeRecords(scene, record('said'));
    await scene.owner.query('UPDATE ingested_id SET fingerprint = NULL');
    expect(await takeRecords(scene, record('said', { offset: 1 }))).toMatchObject({ appended: 0, skipped: 1 });
  });

  test('is one entry and one finding when two ingesters meet it at once', async () => {
    await takeRecords(scene, record('first'));
    const transactions = new BulkTransactions(scene.database.url);
    try {
      await Promise.all([
        takeRecords(scene, record('second', { partition: 1 })),
        takeRecords(scene, record('second', { partition: 2 }), { transactions }),
      ]);
    } finally {
      await transactions.close();
    }
    expect(await values()).toEqual(['first', 'second']);
    expect(await findingsOf(scene)).toHaveLength(1);
  });
});
