import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { PrismaClientLike, RunningService } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually } from '../eventually.ts';
import { oddRecords } from '../odd-records.ts';
import type { ServiceStage } from '../service-stage.ts';
import { bareKafka, produceBare } from '../topic-records.ts';

/** How many for each topic; `npm run test:properties` sends more. */
const count = Number(process.env['RECAPITO_ODD_RECORDS'] ?? 25);
const seed = 6109;

interface Health {
  readonly checks: readonly { readonly name: string; readonly state: string }[];
}

export interface OddRecordsScene {
  readonly at: Instant;
  /** How many records the service has finished with so far: taken, passed over, or kept as dead letters. */
  readonly finished: (counters: Readonly<Record<string, number>>) => number;
  /** Shows that the service still follows what it reads without counting it. */
  readonly follows?: (service: RunningService) => Promise<void>;
}

/** The `finished` of a service whose topics have `@OnEvent` handlers. */
export function finishedFacts(counters: Readonly<Record<string, number>>): number {
  const names = ['handled', 'skipped', 'deadLettered', 'queued'];
  return names.reduce((sum, name) => sum + (counters[`facts.${name}`] ?? 0), 0);
}

/** What every service that reads topics promises: no record ends it or stops it, whatever it holds. Runs last. */
export function oddRecordsSuite<Client extends PrismaClientLike>(
  stage: ServiceStage<Client>,
  { at, finished, follows }: OddRecordsScene,
): void {
  describe(`${stage.app}, as every service that reads topics`, () => {
    let read: TopicName[];
    let service: RunningService<Client>;

    beforeAll(async () => {
      service = await stage.open(at);
      // Its groups are complete once it is connected everywhere.
      read = await eventually(
        async () => {
          const { checks } = (await stage.call<Health>('GET', '/health/ready')).body;
          for (const name of ['facts', 'ingest', 'gate'])
            expect(checks.find((check) => check.name === name)?.state ?? 'ok').toBe('ok');
          return await topicsRead();
        },
        { withinMs: 60_000 },
      );
      expect(read.length).toBeGreaterThan(1);
    }, 120_000);
    afterAll(() => stage.stop());

    test(`finishes with ${count} odd records on each topic and goes on`, async () => {
      const before = finished((await stage.rehearsalState()).counters);
      for (const topic of read) await produceBare(stage, topic, oddRecords(topic, count, seed));
      const counted = read.filter((topic) => !topics[topic].compacted || stage.app === 'audit-log');
      const expected = counted.filter((topic) => topic !== 'suite.clock.v1').length * count;
      await eventually(
        async () => {
          const { counters, inWork, outboxPending, consumersLag } = await stage.rehearsalState();
          expect({ inWork, outboxPending, consumersLag }).toEqual({ inWork: 0, outboxPending: 0, consumersLag: 0 });
          // A record may come again after a rebalance, and counts again.
          expect(finished(counters) - before).toBeGreaterThanOrEqual(expected);
        },
        { withinMs: 120_000, everyMs: 200 },
      );
      const health = await stage.call<Health>('GET', '/health/ready');
      expect(health.status).toBe(200);
      expect(health.body.checks.filter(({ state }) => state === 'down')).toEqual([]);
      expect((await stage.rehearsalState()).clock).toMatchObject({ instant: at });
      await stage.setClock(instant(at + 1));
      await follows?.(service);
    }, 180_000);

    /** Topics of the service's consumer groups: `<namespace><service>.<topic>`, or all of them for one without a topic. */
    async function topicsRead(): Promise<TopicName[]> {
      const admin = bareKafka().admin();
      await admin.connect();
      const { groups } = await admin.listGroups();
      await admin.disconnect();
      const own = `${stage.namespace}${stage.app}`;
      const names = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(own));
      const all = names.includes(own);
      return (Object.keys(topics) as TopicName[]).filter(
        (topic) =>
          names.some((name) => name.startsWith(`${own}.${topic}`)) || (all && topic !== 'audit-log.checkpoints.v1'),
      );
    }
  });
}
