import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventDefinition } from '@recapito/contracts';
import { append, oldestPendingMs, outboxPending } from '@recapito/messaging';
import type { RelayPoint, RunTransaction } from '@recapito/messaging';
import type { PrismaClientLike } from '@recapito/database';
import type { RunningService } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { eventually } from '../eventually.ts';
import type { ServiceStage } from '../service-stage.ts';
import { recordsOf } from '../topic-records.ts';

/** One kind of fact that the service tells, and an instant at which it runs. */
export interface OutboxScene<Data> {
  readonly at: Instant;
  readonly definition: EventDefinition<Data>;
  readonly data: Data;
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

interface OutboxCheck {
  readonly name: string;
  readonly state: string;
  readonly role?: string;
}

const byRole = (one: OutboxCheck, other: OutboxCheck) => String(one.role).localeCompare(String(other.role));

async function outboxOf(management: string): Promise<OutboxCheck> {
  const { checks } = (await (await fetch(`${management}/health/ready`)).json()) as { checks: OutboxCheck[] };
  const check = checks.find(({ name }) => name === 'outbox');
  if (check === undefined) throw new Error('the service says nothing of its outbox');
  return check;
}

/** What every service that tells facts promises: each that was committed reaches its topic, once, in the order of its key. */
export function outboxSuite<Client extends PrismaClientLike, Data>(
  stage: ServiceStage<Client>,
  { at, definition, data }: OutboxScene<Data>,
): void {
  const tell = async (transaction: RunTransaction, key: string, sequence: number): Promise<string> =>
    transaction((tx) => append(tx, definition, { key, sequence, time: at, data }));
  const asStage: RunTransaction = (work) => stage.transaction(work);
  const published = () => eventually(async () => (await asStage(outboxPending)) === 0);
  const recordsAbout = async (key: string) =>
    (await recordsOf(stage, definition.topic)).filter((record) => String(record.key) === key);
  const sequencesAbout = async (key: string) =>
    (await recordsAbout(key)).map(({ headers }) => Number(String(headers?.['ce_sequence'])));

  describe(`${stage.app}, as every service that tells facts`, () => {
    let services: RunningService<Client>[];

    beforeAll(async () => {
      services = [await stage.open(at), await stage.open(at)];
    });
    afterAll(() => stage.stop());

    const transactionOf = ({ platform }: RunningService<Client>): RunTransaction => {
      const { database } = platform;
      if (database === undefined) throw new Error(`${stage.app} has no database`);
      return (work) => database.transaction(work);
    };

    test('its role may use every table that messaging has in its database', async () => {
      const schema = readFileSync(new URL('../../../messaging/prisma/messaging.prisma', import.meta.url), 'utf8');
      const tables = [...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, table]) => table);
      expect(tables).toContain('outbox');
      const forbidden = await asStage((tx) =>
        tx.$queryRawUnsafe<{ name: string; act: string }[]>(
          `SELECT name, act FROM unnest($1::text[]) AS name, unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS act
           WHERE NOT has_table_privilege(quote_ident(name), act)`,
          tables,
        ),
      );
      expect(forbidden).toEqual([]);
    });

    test('two processes of it tell each committed fact once, in the order of its key', async () => {
      const keys = ['spec key 1', 'spec key 2', 'spec key 3'];
      const transactions = services.map(transactionOf);
      for (const sequence of upTo(12))
        await Promise.all(keys.map((key, nth) => tell(transactions[(sequence + nth) % 2] ?? asStage, key, sequence)));
      await published();
      for (const key of keys) expect(await sequencesAbout(key)).toEqual(upTo(12));
    });

    // @rule MESSAGING-OUTBOX-AGE
    test('one process publishes and the other stands by, and both are well; how long a fact has waited is counted', async () => {
      const checks = () => Promise.all(services.map(async ({ management }) => outboxOf(management)));
      await eventually(async () =>
        expect((await checks()).toSorted(byRole)).toMatchObject([
          { state: 'ok', role: 'publishing' },
          { state: 'ok', role: 'standby' },
        ]),
      );
      const waited = await asStage(async (tx) => {
        const id = await append(tx, definition, { key: 'spec waits', sequence: 1, time: at, data });
        const sql = `UPDATE outbox SET appended_at = clock_timestamp() - interval '1 minute' WHERE id = $1::uuid`;
        await tx.$executeRawUnsafe(sql, id);
        return await oldestPendingMs(tx);
      });
      expect(waited).toBeGreaterThanOrEqual(60_000);
      await published();
    });

    test('what a transaction appended that rolls back is never told', async () => {
      const failing = asStage(async (tx) => {
        await append(tx, definition, { key: 'spec rolled back', sequence: 1, time: at, data });
        throw new Error('the change failed');
      });
      await expect(failing).rejects.toThrow('the change failed');
      await tell(asStage, 'spec after it', 1);
      await published();
      expect(await sequencesAbout('spec after it')).toEqual([1]);
      expect(await recordsAbout('spec rolled back')).toEqual([]);
    });

    test('when the process that publishes stops, the other takes over, and nothing is told twice or too late', async () => {
      const leading = await eventually(() => services.find(({ platform }) => platform.relay?.state().leading) ?? false);
      let stopped: Promise<boolean> | undefined;
      for (const sequence of upTo(20)) {
        if (sequence === 10) stopped = leading.stop();
        await tell(asStage, 'spec handed over', sequence);
      }
      expect(await stopped).toBe(true);
      await published();
      expect(await sequencesAbout('spec handed over')).toEqual(upTo(20));
    });

    test('killed before or after it publishes, it loses nothing, and repeats under the same ids', async () => {
      await stage.stop();
      const key = 'spec killed';
      const ids = [];
      for (const sequence of upTo(3)) ids.push(await tell(asStage, key, sequence));
      await killedAt('relay.read');
      expect(await recordsAbout(key)).toEqual([]);
      await killedAt('relay.sent');
      expect(await sequencesAbout(key)).toEqual(upTo(3));
      expect(await asStage(outboxPending)).toBe(3);
      await stage.open(at);
      await published();
      const records = await recordsAbout(key);
      expect(records.map(({ headers }) => String(headers?.['ce_id']))).toEqual([...ids, ...ids]);
    });

    async function killedAt(point: RelayPoint): Promise<void> {
      const settings = { SPEC_SERVICE: stage.app, SPEC_KILL: point };
      const relay = await stage.program(new URL('killed-relay.ts', import.meta.url), settings);
      await relay.endedBy('SIGKILL');
    }
  });
}
