import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, namespace } from '@recapito/testing';
import { append, appendNext, correlated, outboxPending, Relay, sweep } from '../src/index.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, noon, note, noted, recordsOf, specDatabase } from './scene.ts';

describe('the outbox', () => {
  const connection = connectionFor('migration', namespace());
  let database: SpecDatabase;
  let relay: Relay;

  beforeAll(async () => {
    database = await specDatabase('migration');
    relay = new Relay({ ...connection, databaseUrl: database.url });
    relay.start();
  });

  afterAll(async () => {
    await relay.stop();
    await database.drop();
  });

  const published = () =>
    eventually(async () => (await database.transaction(outboxPending)) === 0 && relay.state().ageMs !== null);

  test('a fact goes out as a CloudEvent in binary mode', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const id = await correlated(traceparent, () => note(database.transaction, 'cloud-event', 'perché no'));
    await published();

    const [record] = (await recordsOf(connection)).filter(({ key }) => String(key) === 'cloud-event');
    const headers = Object.fromEntries(
      Object.entries(record?.headers ?? {}).map(([name, text]) => [name, String(text)]),
    );
    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: 'migration',
      ce_type: 'it.recapito.migration.moves.spec-noted',
      ce_dataschema: 'urn:recapito:migration.moves.v1:spec-noted:1',
      ce_time: '2010-08-02T12:00:00.000Z',
      ce_subject: 'cloud-event',
      ce_sequence: '1',
      'content-type': 'application/json',
      traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/),
    });
    expect(JSON.parse(String(record?.value))).toEqual({ text: 'perché no', mood: 'good' });
    // Record timestamps are system time: a record stamped 2010 would be deleted by the broker at once.
    expect(Number(record?.timestamp)).toBeGreaterThan(Date.UTC(2026, 0));
  });

  test('a transaction that rolls back tells nothing', async () => {
    const failing = database.transaction(async (tx) => {
      await append(tx, noted, { key: 'rolled-back', sequence: 1, time: noon, data: { text: 'never', mood: 'good' } });
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    await note(database.transaction, 'after-it', 'told');
    await published();
    const keys = (await recordsOf(connection)).map(({ key }) => String(key));
    expect(keys).toContain('after-it');
    expect(keys).not.toContain('rolled-back');
  });

  test('facts of one key lie in its partition in the order in which they were told, a thousand at a time', async () => {
    await database.transaction(async (tx) => {
      for (let sequence = 1; sequence <= 1_100; sequence += 1)
        await append(tx, noted, { key: 'many', sequence, time: noon, data: { text: `${sequence}`, mood: 'good' } });
    });
    relay.nudge();
    await published();
    const texts = (await recordsOf(connection))
      .filter(({ key }) => String(key) === 'many')
      .map(({ value }) => (JSON.parse(String(value)) as { text: string }).text);
    expect(texts).toEqual(Array.from({ length: 1_100 }, (_, index) => `${index + 1}`));
  });

  test('facts that a row of their aggregate counts go on from where it stands', async () => {
    const counter = 'UPDATE subject SET sequence = sequence + 1 WHERE key = $1::text RETURNING sequence';
    const fact = (text: string) => ({ key: 'counted', time: noon, data: { text, mood: 'good' } });
    await database.pool.query(`INSERT INTO subject VALUES ('counted', 6)`);
    await database.transaction(async (tx) => {
      await appendNext(tx, noted, counter, fact('seventh'));
      await appendNext(tx, noted, counter, fact('eighth'));
    });
    await published();
    const told = (await recordsOf(connection)).filter(({ key }) => String(key) === 'counted');
    expect(told.map(({ headers, value }) => [String(headers?.['ce_sequence']), String(value)])).toEqual([
      ['7', '{"text":"seventh","mood":"good"}'],
      ['8', '{"text":"eighth","mood":"good"}'],
    ]);
    expect((await database.pool.query(`SELECT sequence FROM subject WHERE key = 'counted'`)).rows).toEqual([
      { sequence: '8' },
    ]);
  });

  test('a fact of an aggregate that no row counts is not told', async () => {
    const counter = 'UPDATE subject SET sequence = sequence + 1 WHERE key = $1::text RETURNING sequence';
    const telling = database.transaction((tx) =>
      appendNext(tx, noted, counter, { key: 'nobody', time: noon, data: { text: 'never', mood: 'good' } }),
    );
    await expect(telling).rejects.toThrow('0 rows count the facts of nobody');
  });

  test('facts that together are more than the broker takes at once go out in several sends', async () => {
    const large = 'x'.repeat(400 * 1024);
    await database.transaction(async (tx) => {
      for (let sequence = 1; sequence <= 4; sequence += 1)
        await append(tx, noted, { key: 'large', sequence, time: noon, data: { text: large, mood: `${sequence}` } });
    });
    await published();
    const moods = (await recordsOf(connection))
      .filter(({ key }) => String(key) === 'large')
      .map(({ value }) => (JSON.parse(String(value)) as { mood: string }).mood);
    expect(moods).toEqual(['1', '2', '3', '4']);
  });

  test('a record over 512 KiB is refused when it is appended, and so are data that break the contract', async () => {
    const tell = (data: unknown) =>
      database.transaction((tx) =>
        append(tx, noted, { key: 'refused', sequence: 1, time: noon, data: data as { text: string; mood: string } }),
      );
    await expect(tell({ text: 'x'.repeat(512 * 1024), mood: 'good' })).rejects.toThrow(RangeError);
    await expect(tell({ text: 12, mood: 'good' })).rejects.toThrow(/breaks its own contract/);
    await expect(database.transaction(outboxPending)).resolves.toBe(0);
  });

  test('a field that the contract does not declare never leaves the service', async () => {
    await database.transaction((tx) => {
      const data = { text: 'declared', mood: 'good', password: 'do-not-tell' };
      return append(tx, noted, { key: 'undeclared', sequence: 1, time: noon, data });
    });
    await published();
    const { rows } = await database.pool.query<{ value: string }>(`SELECT value FROM outbox WHERE key = 'undeclared'`);
    expect(rows).toEqual([{ value: '{"text":"declared","mood":"good"}' }]);
  });

  test('published facts go after 60 days, those not yet published stay however old', async () => {
    await relay.stop();
    await note(database.transaction, 'swept', 'young');
    await note(database.transaction, 'swept', 'old');
    await note(database.transaction, 'swept', 'old but not published');
    await database.pool.query(`
      UPDATE outbox SET published_at = now() - interval '59 days' WHERE key = 'swept' AND sequence = 1;
      UPDATE outbox SET published_at = now() - interval '61 days' WHERE key = 'swept' AND sequence = 2;
      UPDATE outbox SET appended_at = now() - interval '90 days' WHERE key = 'swept' AND sequence = 3`);
    const swept = await sweep(database.transaction);
    const { rows } = await database.pool.query(`SELECT sequence FROM outbox WHERE key = 'swept' ORDER BY seq`);
    expect(swept.outbox).toBe(1);
    expect(rows).toEqual([{ sequence: '1' }, { sequence: '3' }]);
  });
});
