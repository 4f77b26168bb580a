import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EpochFile } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { eventually, namespace } from '@recapito/testing';
import type { ForgottenFact, RelayOptions, ServiceConnection, SqlTransaction } from '../src/index.ts';
import { closeForgotten, currentEpoch, goOnAfterRestore, isForgotten, listForgotten } from '../src/index.ts';
import { outboxPending, raiseEpoch, Relay, wentBack } from '../src/index.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, recordsOf, specDatabase, topic } from './scene.ts';

// A look at the topics of a service joins a group for each stretch of records.
const august2010 = 1_280_750_400_000;

describe('a database that was put back to an earlier state', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let folder: string;
  let relay: Relay;
  let others: SpecDatabase[];

  beforeEach(async () => {
    connection = connectionFor('migration', namespace());
    database = await specDatabase('migration');
    folder = mkdtempSync(join(tmpdir(), 'recapito-epoch-'));
    relay = start();
    others = [];
  });

  afterEach(async () => {
    await relay.stop();
    for (const each of [database, ...others]) await each.drop();
    rmSync(folder, { recursive: true });
  });

  function start(more: Partial<RelayOptions> = {}, on: SpecDatabase = database): Relay {
    const started = new Relay({
      ...connection,
      databaseUrl: on.url,
      epochFile: new EpochFile(folder, on.url),
      ...more,
    });
    started.start();
    return started;
  }
  const restart = async (more: Partial<RelayOptions> = {}, on: SpecDatabase = database) => {
    await relay.stop();
    relay = start(more, on);
  };
  const publish = async (...texts: string[]) => {
    for (const text of texts) await note(database.transaction, 'a', text);
    await allPublished();
  };
  const allPublished = () => eventually(async () => (await database.transaction(outboxPending)) === 0);
  const stopped = () => eventually(() => relay.state().stoppedByRestore);
  const texts = async () =>
    (await recordsOf(connection)).map(({ value }) => (JSON.parse(String(value)) as { text: string }).text);
  const goOn = async (above = august2010): Promise<number> => {
    const decided = await database.transaction((tx) => goOnAfterRestore(tx, [above]));
    if (isRefusal(decided)) throw new Error(decided.refused);
    return decided.epoch;
  };
  const forgotten = async (on: SpecDatabase = database) =>
    (await on.transaction((tx) => listForgotten(tx, { limit: 1_000 }))).map(({ value }) => JSON.parse(value) as object);

  /** What a backup of the database holds now; `putBack` restores it. */
  async function backup(): Promise<{ putBack: () => Promise<void> }> {
    const tables = ['outbox', 'relay_tail', 'subject', 'epoch', 'forgotten_fact'];
    const rows = new Map<string, string>();
    for (const table of tables) {
      const found = await database.pool.query<{ rows: string }>(
        `SELECT coalesce(json_agg(each), '[]')::text AS rows FROM ${table} AS each`,
      );
      rows.set(table, found.rows[0]?.rows ?? '[]');
    }
    return {
      async putBack() {
        await relay.stop();
        for (const table of tables) {
          await database.pool.query(`DELETE FROM ${table}`);
          await database.pool.query(
            `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`,
            [rows.get(table)],
          );
        }
        relay = start();
      },
    };
  }

  // @rule DATABASE-WENT-BACK
  test('publishes nothing and keeps what it has forgotten, until an operator decides; then it goes on in a new epoch', async () => {
    await publish('1', '2');
    const { putBack } = await backup();
    await publish('3', '4');
    await putBack();
    await stopped();
    await note(database.transaction, 'a', 'another 3');
    expect(await forgotten()).toEqual([
      { text: '3', mood: 'good' },
      { text: '4', mood: 'good' },
    ]);
    expect(await database.transaction(wentBack)).toEqual({ since: expect.any(Date), forgotten: 2 });
    expect(await database.transaction((tx) => isForgotten(tx, topic, 'a'))).toBe(true);
    expect(relay.state()).toMatchObject({ leading: true, stoppedByRestore: true, sent: 0 });
    expect(await texts()).toEqual(['1', '2', '3', '4']);

    const epoch = await goOn();
    expect(epoch).toBeGreaterThan(august2010);
    await allPublished();
    expect(await texts()).toEqual(['1', '2', '3', '4', 'another 3']);
    await publish('after');
    expect((await recordsOf(connection)).at(-1)?.headers?.['ce_epoch']?.toString()).toBe(String(epoch));
    expect(await new EpochFile(folder, database.url).read()).toBe(epoch);
    await expect(goOn()).rejects.toThrow('restore/nothing-to-decide');
  });

  // @rule DATABASE-WENT-BACK
  test('is looked for again whenever the connection was lost; until then nobody may believe it', async () => {
    await publish('1');
    expect(relay.state().comparesAgain).toBe(false);
    const holder = await database.pool.connect();
    try {
      await holder.query('BEGIN');
      // The comparison reads it, and has to wait.
      await holder.query('LOCK TABLE relay_tail IN ACCESS EXCLUSIVE MODE');
      await holder.query(`SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON database = pg_database.oid
                          WHERE locktype = 'advisory' AND datname = current_database()`);
      await eventually(() => relay.state().comparesAgain);
      await eventually(() => relay.state().leading);
      expect(relay.state().comparesAgain).toBe(true);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    await eventually(() => !relay.state().comparesAgain);
    await publish('2');
    expect(await texts()).toEqual(['1', '2']);
  });

  // @rule FORGOTTEN-FACT-OPEN
  test('a decision holds: the next opening finds nothing new, and a closed fact is not listed any more', async () => {
    await publish('1');
    const { putBack } = await backup();
    await publish('2');
    await putBack();
    await stopped();
    await goOn();
    await publish('3');
    await restart();
    await publish('4');
    expect(relay.state().stoppedByRestore).toBe(false);
    const [fact] = await database.transaction((tx) => listForgotten(tx, { limit: 10 }));
    expect(fact).toMatchObject({ topic, key: 'a', type: 'spec-noted', sequence: 2, epoch: 0 });
    const setAside = () => database.transaction((tx) => closeForgotten(tx, fact?.id ?? '', 'set-aside'));
    expect(await setAside()).toEqual({ outcome: 'set-aside' });
    expect(await setAside()).toMatchObject({ refused: 'forgotten-fact/unknown' });
    expect(await forgotten()).toEqual([]);
  });

  test('put back twice to the same state it has another epoch each time', async () => {
    await publish('1');
    const { putBack } = await backup();
    const epochs: number[] = [];
    for (const text of ['2', 'another 2']) {
      await publish(text);
      await putBack();
      await stopped();
      epochs.push(await goOn());
      await eventually(() => !relay.state().stoppedByRestore);
    }
    await publish('3');
    expect(epochs[1]).toBeGreaterThan(epochs[0] ?? 0);
    expect((await recordsOf(connection)).at(-1)?.headers?.['ce_epoch']?.toString()).toBe(String(epochs[1]));
  });

  test('an empty database in the place of the right one finds every fact of sixty days', async () => {
    const told = Array.from({ length: 230 }, (_, index) => String(index + 1));
    await publish(...told);
    const empty = await specDatabase('migration');
    others.push(empty);
    await restart({}, empty);
    await stopped();
    expect(await forgotten(empty)).toHaveLength(230);
    await restart();
    await publish('right again');
    expect(await texts()).toHaveLength(231);
  });

  test('goes on by itself where the configuration allows', async () => {
    await publish('1');
    const { putBack } = await backup();
    await publish('2');
    await putBack();
    await stopped();
    await restart({ goOnAfterRestore: () => goOn() });
    await publish('3');
    expect(await database.transaction(currentEpoch)).toBeGreaterThan(august2010);
    expect(await database.transaction(wentBack)).toEqual({ since: null, forgotten: 1 });
  });

  test('a service rebuilds what it can from forgotten facts, in their order, before the new epoch; the others stay listed', async () => {
    await publish('1');
    const { putBack } = await backup();
    await publish('2', '3', '4');
    await putBack();
    await stopped();
    const seen: string[] = [];
    const rebuild = async (tx: SqlTransaction, { value, epoch }: ForgottenFact) => {
      const { text } = JSON.parse(value) as { text: string };
      seen.push(`${text} in epoch ${epoch}, the database in ${await currentEpoch(tx)}`);
      return text !== '3';
    };
    await database.transaction((tx) => goOnAfterRestore(tx, [august2010], rebuild));
    expect(seen).toEqual(['2', '3', '4'].map((text) => `${text} in epoch 0, the database in 0`));
    expect(await forgotten()).toEqual([{ text: '3', mood: 'good' }]);
  });

  // @rule DATABASE-WENT-BACK
  test('is noticed by its file when the broker has lost its data too', async () => {
    await publish('1');
    const { putBack } = await backup();
    const before = await database.transaction((tx) => raiseEpoch(tx, [august2010]));
    await restart();
    await publish('2');
    expect(await new EpochFile(folder, database.url).read()).toBe(before);
    connection = { ...connection, namespace: namespace() };
    await putBack();
    await stopped();
    expect(await forgotten()).toEqual([]);
    expect(await goOn(before)).toBeGreaterThan(before);
    await publish('3');
    // What the database still knows is published again, as after any loss of the broker.
    expect(await texts()).toEqual(['1', '3']);
  });

  test('is noticed even where the note of what was published was not put back with the facts', async () => {
    const told = Array.from({ length: 40 }, (_, index) => String(index + 1));
    await publish(...told);
    await relay.stop();
    await database.pool.query('DELETE FROM outbox WHERE sequence > 10');
    relay = start();
    await stopped();
    expect(await forgotten()).toHaveLength(30);
  });

  test('what was sent and not yet marked is no sign of it', async () => {
    await publish('1', '2');
    await relay.stop();
    await database.pool.query(`UPDATE outbox SET published_at = NULL; DELETE FROM relay_tail`);
    relay = start();
    await allPublished();
    expect(await database.transaction(wentBack)).toEqual({ since: null, forgotten: 0 });
    expect(await texts()).toEqual(['1', '2', '1', '2']);
  });
});
