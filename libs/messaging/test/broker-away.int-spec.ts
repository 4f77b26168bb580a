import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { brokerItself, brokersAs, eventually, namespace, ownServers, type OwnServers } from '@recapito/testing';
import { z } from 'zod';
import type { CompactedReader } from '../src/index.ts';
import { DirectPublisher, outboxPending, readCompacted, Relay } from '../src/index.ts';
import type { Reader } from './reader.ts';
import { resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { effects, noon, note, quiet, recordsOf, specDatabase, textsOf } from './scene.ts';

const boxSeen = event('mailbox.directory.v1', 'spec-box', z.object({ state: z.string() }));
const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('while the broker is away', () => {
  const prefix = namespace();
  let own: OwnServers;
  let writer: SpecDatabase;
  let reads: SpecDatabase;
  let relay: Relay;
  let reader: Reader;
  let publisher: DirectPublisher;
  let directory: CompactedReader;
  const states = new Map<string, string>();

  beforeAll(async () => {
    resetMoods();
    own = await ownServers('kafka');
    writer = await specDatabase('migration');
    reads = await specDatabase('mailbox');
    relay = new Relay({ ...connection('migration'), databaseUrl: writer.url });
    relay.start();
    reader = await startReader(connection('mailbox'), reads.transaction);
    publisher = new DirectPublisher(connection('mailbox'));
    await publisher.publish(boxSeen, { key: 'box', sequence: 1, time: noon, data: { state: 'reserved' } });
    directory = readCompacted(boxSeen, {
      ...connection('certified-mail'),
      onRecord: ({ key, data }) => void states.set(key, data.state),
    });
    await directory.whenReady;
  });

  afterAll(async () => {
    await Promise.all([reader.stop(), relay.stop(), directory.stop(), publisher.close()]);
    await writer.drop();
    await reads.drop();
    await own.remove();
  });

  const connection = (service: string) => ({
    service,
    brokers: brokersAs(brokerItself, own.servers.environment),
    namespace: prefix,
    logger: quiet,
  });
  const tell = async (from: number, to: number) => {
    for (let nth = from; nth <= to; nth += 1)
      await Promise.all(keys.map((key) => note(writer.transaction, key, String(nth))));
  };
  const expectAll = async (upto: number) => {
    const expected = Array.from({ length: upto }, (_, index) => String(index + 1));
    for (const key of keys) expect(await textsOf(reads.pool, key)).toEqual(expected);
  };

  test('services stay up and know how long it has been; when it is back nothing is lost, doubled or out of order', async () => {
    await tell(1, 10);
    await eventually(() => expectAll(10));
    expect(states.get('box')).toBe('reserved');

    await own.servers.kill('kafka', 'SIGKILL');
    await tell(11, 20);
    await eventually(() => !reader.strategy.state().topics[0]?.connected && !relay.state().brokerConnected);
    await eventually(() => directory.age() > 4_000);
    expect(directory.ready()).toBe(true);
    expect(states.get('box')).toBe('reserved');
    expect(relay.state().leading).toBe(true);
    expect(await writer.transaction(outboxPending)).toBeGreaterThan(0);

    await own.servers.restart('kafka');
    await tell(21, 30);
    await eventually(() => expectAll(30), { everyMs: 100 });
    expect(await effects(reads.pool)).toHaveLength(keys.length * 30);
    await publishUntilHeard();
    await eventually(() => states.get('box') === 'active');
    expect(directory.age()).toBeLessThan(4_000);
    // Nothing of the directory was lost by reading on instead of reading anew.
    expect(directory.state()).toMatchObject({ ready: true, connected: true, faults: 0 });
    expect(new Set((await recordsOf(connection('spec'))).map(({ headers }) => String(headers?.['ce_id']))).size).toBe(
      180,
    );
  });

  // A publisher without outbox tells its caller, who says it again.
  const publishUntilHeard = () =>
    eventually(() => publisher.publish(boxSeen, { key: 'box', sequence: 2, time: noon, data: { state: 'active' } }));
});
