import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventDefinition } from '@recapito/contracts';
import { headersOf } from '@recapito/messaging';
import type { DeadLetter } from '@recapito/messaging';
import type { PrismaClientLike } from '@recapito/database';
import type { Instant } from '@recapito/primitives';
import { Client } from 'pg';
import { eventually } from '../eventually.ts';
import { everyRow } from '../every-row.ts';
import type { ServiceStage } from '../service-stage.ts';
import { produceBare, recordsOf } from '../topic-records.ts';

/** A kind of fact that the service acts upon, and how the spec sees that it has. */
export interface ConsumerScene<Data> {
  readonly at: Instant;
  readonly definition: EventDefinition<Data>;
  /** The data of the nth fact, each about somebody else. */
  readonly data: (nth: number) => Data;
  /** How much has come of such facts so far: rows, as the service keeps them. */
  readonly effects: () => Promise<number>;
  /** How much comes of each. */
  readonly each: number;
  /** The table that such a fact is written to, which the suite breaks for a while. */
  readonly table: string;
  /** What has to be there before; the service runs. */
  readonly prepare?: () => Promise<void>;
}

/**
 * What every service that reads facts promises: each takes effect once; what cannot is kept, and keeps the later ones of
 * its key, until an operator has decided; nobody else waits.
 */
export function consumerSuite<Client extends PrismaClientLike, Data>(
  stage: ServiceStage<Client>,
  { at, definition, data, effects, each, table, prepare }: ConsumerScene<Data>,
): void {
  const { topic } = definition;

  describe(`${stage.app}, as every service that reads facts`, () => {
    /** How much there was before the suite. */
    let before: number;

    beforeAll(async () => {
      await stage.open(at);
      await prepare?.();
      before = await effects();
    });
    afterAll(() => stage.stop());

    const say = (nth: number, key: string) => stage.say(definition, key, data(nth), at);
    const tookEffect = (facts: number) => eventually(async () => expect(await effects()).toBe(before + facts * each));
    const letters = async () => {
      const path = '/dead-letters?limit=50';
      return (await stage.call<{ items: DeadLetter[] }>('GET', path, { as: 'operator' })).body.items;
    };
    /** Waits until so many records are kept, and tells of each whether it failed or only waits. */
    const untilKept = (count: number) =>
      eventually(async () => {
        const kept = await letters();
        expect(kept).toHaveLength(count);
        return kept;
      });
    const decide = async (letter: DeadLetter | undefined, decision: 'redrive' | 'set-aside') =>
      (await stage.call('POST', `/dead-letters/${letter?.id}/${decision}`, { as: 'operator' })).status;
    const skipped = async () => (await stage.rehearsalState()).counters['facts.skipped'] ?? 0;
    /** Nothing in hand, nothing to tell, nothing due. */
    const quiet = () =>
      eventually(async () => {
        const { inWork, outboxPending, consumersLag, earliestDue } = await stage.rehearsalState();
        expect({ inWork, outboxPending, consumersLag }).toEqual({ inWork: 0, outboxPending: 0, consumersLag: 0 });
        return earliestDue === null || earliestDue > at;
      });

    test('a fact that comes twice takes effect once, and no row says that it came again', async () => {
      const id = await say(1, 'spec twice');
      await tookEffect(1);
      await quiet();
      const rows = await everyRow(stage.client);
      const known = await skipped();
      const record = (await recordsOf(stage, topic)).find(({ headers }) => String(headers?.['ce_id']) === id);
      const headers = Object.entries(record?.headers ?? {}).map(([name, text]) => [name, String(text)] as const);
      const again = { key: record?.key ?? null, value: record?.value ?? null, headers: Object.fromEntries(headers) };
      await produceBare(stage, topic, [again, again]);
      await eventually(async () => expect(await skipped()).toBe(known + 2));
      await quiet();
      expect(await everyRow(stage.client)).toEqual(rows);
    });

    test('one that meets a fault is kept, and so are the later ones of its key; other keys go on; redriven, all take effect in order', async () => {
      const mend = await breakTable();
      await say(2, 'spec fault');
      const [failed] = await untilKept(1);
      await mend();
      expect(failed).toMatchObject({ topic, key: 'spec fault', failureClass: 'other' });
      await say(3, 'spec fault');
      await untilKept(2);
      await say(4, 'spec other key');
      await tookEffect(2);
      expect((await letters()).map(({ cause }) => cause !== null)).toEqual([true, false]);
      expect(await decide(failed, 'redrive')).toBe(202);
      await tookEffect(4);
      expect(await untilKept(0)).toEqual([]);
      const order = await offsetsInOrderOfEnd('spec fault');
      expect(order).toHaveLength(2);
      expect(order).toEqual(order.toSorted(ascending));
    });

    test('one that breaks the contract is kept until an operator sets it aside, and then its key goes on', async () => {
      await produceBare(stage, topic, [bare('spec poison', definition.type, '{"nonsense":true}')]);
      const [poison] = await untilKept(1);
      expect(poison).toMatchObject({
        failureClass: 'permanent',
        cause: expect.stringContaining('breaks its contract'),
      });
      await say(5, 'spec poison');
      await untilKept(2);
      expect(await decide(poison, 'redrive')).toBe(202);
      await eventually(async () => expect((await letters())[0]).toMatchObject({ tries: 1, redriveAskedAt: null }));
      expect(await effects()).toBe(before + 4 * each);
      expect(await decide(poison, 'set-aside')).toBe(200);
      await tookEffect(5);
      await untilKept(0);
    });

    test('an event that it ignores changes nothing, one of a type that nobody knows is kept', async () => {
      const ignored = ((await stage.described()).facts?.ignore ?? []).filter((event) => event.topic === topic);
      expect(ignored.length).toBeGreaterThan(0);
      const known = await skipped();
      await produceBare(
        stage,
        topic,
        ignored.map(({ type }) => bare('spec ignored', type, '{}')),
      );
      await eventually(async () => expect(await skipped()).toBe(known + ignored.length));
      expect(await letters()).toEqual([]);
      await produceBare(stage, topic, [bare('spec unknown', 'never-heard-of', '{}')]);
      const [unknown] = await untilKept(1);
      expect(unknown).toMatchObject({ failureClass: 'permanent', cause: expect.stringContaining('nobody here knows') });
      expect(await decide(unknown, 'set-aside')).toBe(200);
    });

    /** A record of some type whose headers are well formed. */
    function bare(key: string, type: string, value: string) {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const fact = { id: crypto.randomUUID(), topic, type, version: 1, key, sequence: 1, time: at, traceparent };
      return { key, value, headers: { ...headersOf(fact) } };
    }

    /** Makes every write to the table fail; what it resolves to ends that. */
    async function breakTable(): Promise<() => Promise<void>> {
      await asOwner(
        `CREATE FUNCTION spec_fault() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''broken by the spec''; END';
         CREATE TRIGGER spec_fault BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION spec_fault()`,
      );
      return () => asOwner('DROP FUNCTION spec_fault CASCADE');
    }

    /** The kept records of a key, in the order in which they took effect. */
    async function offsetsInOrderOfEnd(key: string): Promise<number[]> {
      const rows = await stage.client.$queryRawUnsafe<{ offset: number }[]>(
        `SELECT "offset"::int AS offset FROM dead_letter WHERE key = $1::text ORDER BY closed_at`,
        key,
      );
      return rows.map(({ offset }) => offset);
    }

    async function asOwner(sql: string): Promise<void> {
      const owner = new Client({ connectionString: (await stage.database()).migratorUrl });
      await owner.connect();
      await owner.query(sql);
      await owner.end();
    }
  });
}

const ascending = (one: number, other: number) => one - other;
