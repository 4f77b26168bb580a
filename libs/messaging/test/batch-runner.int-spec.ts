import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { TopicName } from '@recapito/contracts';
import { bareKafka, eventually, namespace } from '@recapito/testing';
import type { BatchHandler, RawBatch, RawRecord, ServiceConnection } from '../src/index.ts';
import { BatchRunner, ensureTopics, physicalTopic } from '../src/index.ts';
import { connectionFor, produceRaw, topic } from './scene.ts';

const other: TopicName = 'identity.holders.v1';

/** Keeps what it is given, and the position of each partition, as a database would. */
class Ledger implements BatchHandler {
  readonly records: RawRecord[] = [];
  readonly next = new Map<string, bigint>();
  failures = 0;
  positionsAsked = 0;
  rewindOnce: string | undefined;

  async position(from: TopicName, partition: number): Promise<string> {
    this.positionsAsked += 1;
    return String(this.next.get(`${from}/${partition}`) ?? 0n);
  }

  async take({ topic: from, partition, records }: RawBatch): ReturnType<BatchHandler['take']> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the database is away');
    }
    const name = `${from}/${partition}`;
    for (const record of records) {
      if (BigInt(record.offset) < (this.next.get(name) ?? 0n)) continue;
      this.records.push(record);
      this.next.set(name, BigInt(record.offset) + 1n);
    }
    const rewind = this.rewindOnce;
    this.rewindOnce = undefined;
    return rewind;
  }

  async positions(): Promise<Map<string, bigint>> {
    return this.next;
  }

  texts(): string[] {
    return this.records.map(({ value }) => String(value));
  }
}

describe('the batch runner', () => {
  let connection: ServiceConnection;
  let ledger: Ledger;
  let runners: BatchRunner[];
  const admin = bareKafka().admin();

  beforeAll(() => admin.connect());
  afterAll(() => admin.disconnect());

  beforeEach(async () => {
    connection = connectionFor('audit-log', namespace());
    await ensureTopics(connection.brokers, connection.namespace, [topic, other]);
    ledger = new Ledger();
    runners = [];
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
  });

  const start = (handler: BatchHandler = ledger): BatchRunner => {
    const runner = new BatchRunner({ ...connection, topics: [topic, other], handler });
    runners.push(runner);
    runner.start();
    return runner;
  };
  const group = async () => (await admin.describeGroups([`${connection.namespace}audit-log`])).groups[0];
  const put = (values: string[], into: TopicName = topic) =>
    produceRaw(
      connection,
      values.map((value) => ({ key: 'k', value, headers: { first: 'a', second: Buffer.from([0xff]) } })),
      into,
    );
  /** Sixty records, some in every partition. */
  const putEverywhere = () =>
    produceRaw(
      connection,
      Array.from({ length: 60 }, (_, index) => ({ key: `key ${index}`, value: `value ${index}` })),
    );

  test('hands over records of every topic as they are, undecoded', async () => {
    start();
    await put(['not an event', 'at all']);
    await put(['of the other'], other);
    await eventually(() => ledger.records.length === 3);
    const record = ledger.records.find(({ value }) => String(value) === 'not an event');
    expect(record).toMatchObject({ topic, offset: '0', key: Buffer.from('k') });
    expect(record?.headers).toEqual([
      ['first', Buffer.from('a')],
      ['second', Buffer.from([0xff])],
    ]);
    expect(ledger.texts().toSorted()).toEqual(['at all', 'not an event', 'of the other']);
  });

  test('a batch that its handler could not keep comes again until it can', async () => {
    ledger.failures = 3;
    const runner = start();
    await put(['1', '2', '3']);
    await eventually(() => ledger.records.length === 3);
    expect(ledger.texts()).toEqual(['1', '2', '3']);
    await eventually(async () => (await runner.lag()) === 0);
    expect(runner.state()).toMatchObject({ connected: true, lag: 0, inWork: 0, lastError: null });
  });

  test('the handler’s position counts, not that of the group: what it has lost it reads again', async () => {
    const first = start();
    await put(['1', '2', '3']);
    await eventually(async () => ledger.records.length === 3 && (await first.lag()) === 0);
    await first.stop();
    // As after the restore of an older copy of the database.
    const restored = new Ledger();
    const [partition] = ledger.records.map((record) => record.partition);
    restored.next.set(`${topic}/${partition}`, 1n);
    start(restored);
    await eventually(() => restored.records.length === 2);
    expect(restored.texts()).toEqual(['2', '3']);
  });

  test('a partition that was lost with all that waited in it has nothing left to be read', async () => {
    const take = jest.spyOn(ledger, 'take').mockResolvedValue({ pauseMs: 100 });
    const runner = start();
    await putEverywhere();
    await eventually(() => runner.state().lag === 60);
    await admin.deleteTopics({ topics: [physicalTopic(connection.namespace, topic)] });
    await ensureTopics(connection.brokers, connection.namespace, [topic]);
    take.mockRestore();
    const asked = ledger.positionsAsked;
    start();
    await eventually(() => ledger.positionsAsked > asked);
    await put(['of the other'], other);
    await eventually(() => ledger.records.length === 1);
    await eventually(() => runner.state().lag === 0);
  });

  test('a handler may ask to read on from elsewhere', async () => {
    await put(['1', '2', '3']);
    ledger.rewindOnce = '1';
    const again: string[] = [];
    const take = ledger.take.bind(ledger);
    ledger.take = async (batch) => {
      again.push(...batch.records.map(({ value }) => String(value)));
      return take(batch);
    };
    start();
    await eventually(() => again.length === 5);
    expect(again).toEqual(['1', '2', '3', '2', '3']);
    expect(ledger.texts()).toEqual(['1', '2', '3']);
  });

  test('two of them share the partitions and keep everything once', async () => {
    start();
    await put(['1']);
    await eventually(() => ledger.records.length === 1);
    const asked = ledger.positionsAsked;
    const second = start();
    await eventually(() => second.state().connected && ledger.positionsAsked > asked);
    await putEverywhere();
    await eventually(() => ledger.records.length === 61);
    expect(new Set(ledger.texts()).size).toBe(61);
    await eventually(() => second.state().records > 0);
  });

  test('one that is stopped before it is there never comes', async () => {
    start();
    await put(['1']);
    await eventually(() => ledger.records.length === 1);
    await start(new Ledger()).stop();
    const next = start(new Ledger());
    await eventually(() => next.state().connected);
    await eventually(async () => expect(await group()).toMatchObject({ state: 'Stable', members: [{}, {}] }));
  });

  test('one that is stopped while it is joining leaves nobody behind in the group', async () => {
    start();
    await put(['1']);
    await eventually(() => ledger.records.length === 1);
    const late = new Ledger();
    const leaving = start(late);
    // The broker lets nobody in before the first one has heard of it.
    await eventually(async () => (await group())?.state === 'PreparingRebalance', { everyMs: 1 });
    await leaving.stop();
    await putEverywhere();
    await eventually(() => ledger.records.length === 61);
    expect(late.records).toEqual([]);
    await eventually(async () => expect(await group()).toMatchObject({ state: 'Stable', members: [{}] }));
  });
});
