import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, namespace } from '@recapito/testing';
import type { ServiceConnection } from '../src/index.ts';
import { append, appendNext, currentEpoch, outboxPending, raiseEpoch, Relay, republish } from '../src/index.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, noon, noted, recordsOf, specDatabase, topic } from './scene.ts';

const august2010 = 1_280_750_400_000;
const yetLater = 1_283_428_800_000;

describe('the epoch of a service database', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let relay: Relay;

  beforeEach(async () => {
    connection = connectionFor('migration', namespace());
    database = await specDatabase('migration');
    relay = new Relay({ ...connection, databaseUrl: database.url });
  });

  afterEach(async () => {
    await relay.stop();
    await database.drop();
  });

  const raise = (above = august2010) => database.transaction((tx) => raiseEpoch(tx, [above]));
  const epochs = async () =>
    (await database.pool.query<{ epoch: string }>('SELECT epoch FROM outbox ORDER BY seq')).rows.map(({ epoch }) =>
      Number(epoch),
    );
  const published = async () => {
    await eventually(async () => (await database.transaction(outboxPending)) === 0);
    return (await recordsOf(connection, topic)).map(({ headers }) => headers?.['ce_epoch']?.toString());
  };
  /** Resolves when another session waits for a lock on the table of the epoch. */
  const someoneWaits = () =>
    eventually(async () => {
      const { rowCount } = await database.pool.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'epoch'::regclass`,
      );
      return rowCount === 1;
    });

  test('is 0 at first, is fixed when a fact is appended, and stands on the record from the first raise on', async () => {
    expect(await database.transaction(currentEpoch)).toBe(0);
    await note(database.transaction, 'a', 'before');
    const raised = await raise();
    expect(raised).toBeGreaterThan(august2010);
    await note(database.transaction, 'a', 'after');
    expect(await epochs()).toEqual([0, raised]);
    relay.start();
    expect(await published()).toEqual([undefined, String(raised)]);
  });

  test('stands on a fact that its aggregate counts too', async () => {
    const raised = await raise();
    await database.transaction(async (tx) => {
      await tx.$executeRawUnsafe(`INSERT INTO subject (key, sequence) VALUES ('counted', 0)`);
      const counter = 'UPDATE subject SET sequence = sequence + 1 WHERE key = $1::text RETURNING sequence';
      await appendNext(tx, noted, counter, { key: 'counted', time: noon, data: { text: 'once', mood: 'good' } });
    });
    expect(await epochs()).toEqual([raised]);
  });

  // @rule EPOCH-WAITS
  test('a raise waits for an open transaction that has appended, and none of the old epoch commits after it', async () => {
    const order: string[] = [];
    const goOn = Promise.withResolvers<void>();
    const open = database.transaction(async (tx) => {
      await append(tx, noted, { key: 'a', sequence: 1, time: noon, data: { text: 'open', mood: 'good' } });
      await goOn.promise;
      order.push('appended');
    });
    await eventually(async () => {
      const { rowCount } = await database.pool.query(`SELECT 1 FROM pg_locks WHERE relation = 'epoch'::regclass`);
      return rowCount === 1;
    });
    const raised = raise().then((epoch) => (order.push('raised'), epoch));
    await someoneWaits();
    goOn.resolve();
    await open;
    expect(await epochs()).toEqual([0]);
    await note(database.transaction, 'a', 'next');
    expect(await epochs()).toEqual([0, await raised]);
    expect(order).toEqual(['appended', 'raised']);
  });

  test('a fact appended while the epoch is raised takes the new one', async () => {
    const goOn = Promise.withResolvers<void>();
    const inRaise = Promise.withResolvers<void>();
    const raised = database.transaction(async (tx) => {
      const epoch = await raiseEpoch(tx, [august2010]);
      inRaise.resolve();
      await goOn.promise;
      return epoch;
    });
    await inRaise.promise;
    const appended = note(database.transaction, 'a', 'meanwhile');
    await someoneWaits();
    goOn.resolve();
    await appended;
    expect(await epochs()).toEqual([await raised]);
  });

  test('is another one each time, also when the database was put back to the same state in between', async () => {
    const first = await raise();
    await database.pool.query('DELETE FROM epoch');
    const second = await raise();
    expect(second).not.toBe(first);
    expect(second).toBeGreaterThan(august2010);
    expect(await raise(yetLater)).toBeGreaterThan(yetLater);
    expect(await raise(august2010)).toBeGreaterThan(yetLater);
  });

  test('a fact that is published again in a later epoch is the same record: its own epoch stays', async () => {
    relay.start();
    await note(database.transaction, 'a', '1');
    const first = await raise();
    await note(database.transaction, 'a', '2');
    expect(await published()).toEqual([undefined, String(first)]);
    await raise(yetLater);
    await database.transaction((tx) => republish(tx, topic));
    relay.nudge();
    expect(await published()).toEqual([undefined, String(first), undefined, String(first)]);
    const [one, two, again, twoAgain] = await recordsOf(connection, topic);
    expect([again?.headers, again?.value]).toEqual([one?.headers, one?.value]);
    expect([twoAgain?.headers, twoAgain?.value]).toEqual([two?.headers, two?.value]);
  });
});
