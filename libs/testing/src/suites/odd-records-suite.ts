import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { PrismaClientLike } from '@recapito/database';
import type { RunningService } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { AssignerProtocol } from 'kafkajs';
import { eventually } from '../eventually.ts';
import { longForm } from '../long-form.ts';
import { oddRecords } from '../odd-records.ts';
import type { ServiceStage } from '../service-stage.ts';
import { bareKafka, produceBare } from '../topic-records.ts';

/** How many for each topic; `npm run test:fuzz` sends more. */
const count = Number(process.env['RECAPITO_ODD_RECORDS'] ?? (longForm ? 10_000 : 200));
/** Records are made and sent so many at a time, each portion from a seed of its own. */
const portion = 1_000;
const seed = Number(process.env['RECAPITO_SEED'] ?? 6109);
/** Some 300 ms for each record of a topic, all topics together, on a busy machine. */
const patienceMs = 120_000 + count * 300;

/** Read by audit-log, and not one of its entries. */
const checkpoints: TopicName = 'audit-log.checkpoints.v1';

interface Health {
  readonly checks: readonly { readonly name: string; readonly state: string }[];
}

export interface OddRecordsScene {
  readonly at: Instant;
  /** How many records the service has finished with so far: taken, passed over, or kept as dead letters. */
  readonly finished: (counters: Readonly<Record<string, number>>) => number;
  /** Topics that it follows without counting records; compacted ones need not be named. */
  readonly uncounted?: readonly TopicName[];
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
  { at, finished, uncounted = [], follows }: OddRecordsScene,
): void {
  describe(`${stage.app}, as every service that reads topics`, () => {
    let read: TopicName[];
    let service: RunningService<Client>;

    beforeAll(async () => {
      service = await stage.open(at);
      // Its groups are complete once it is connected everywhere.
      read = await eventually(async () => {
        const { checks } = (await stage.look<Health>('/health/ready')).body;
        for (const name of ['facts', 'ingest', 'gate'])
          expect(checks.find((check) => check.name === name)?.state ?? 'ok').toBe('ok');
        return await topicsRead();
      });
      expect(read.length).toBeGreaterThan(1);
    });
    afterAll(() => stage.stop());

    // @rule MESSAGING-ANY-RECORD
    test(
      `finishes with ${count} odd records on each topic (seed ${seed}) and goes on`,
      async () => {
        const before = await endedSoFar();
        for (const topic of stage.app === 'audit-log' ? [...read, checkpoints] : read) await send(topic);
        const counted = read.filter((topic) => !topics[topic].compacted || stage.app === 'audit-log');
        const notCounted: readonly TopicName[] = [...uncounted, 'suite.clock.v1'];
        const expected = counted.filter((topic) => !notCounted.includes(topic)).length * count;
        await eventually(
          async () => {
            await decideRestore();
            const { inWork, outboxPending, consumersLag } = await stage.rehearsalState();
            expect({ inWork, outboxPending, consumersLag }).toEqual({ inWork: 0, outboxPending: 0, consumersLag: 0 });
            const ended = await endedSoFar();
            // A record may come again after a rebalance, and counts again.
            expect(ended.records - before.records).toBeGreaterThanOrEqual(expected);
            expect(ended.kept - before.kept).toBe(ended.rows - before.rows);
          },
          { withinMs: patienceMs, everyMs: 200 },
        );
        const health = await stage.look<Health>('/health/ready');
        expect(health.status).toBe(200);
        expect(health.body.checks.filter(({ state }) => state === 'down')).toEqual([]);
        expect((await stage.rehearsalState()).clock).toMatchObject({ instant: at });
        await stage.setClock(instant(at + 1));
        await follows?.(service);
      },
      patienceMs + 60_000,
    );

    async function send(topic: TopicName): Promise<void> {
      for (let sent = 0; sent < count; sent += portion) {
        const records = oddRecords(topic, Math.min(portion, count - sent), seed + sent);
        await produceBare(stage, topic, records);
      }
    }

    /** Well-formed facts of nobody on a topic of its own look to a relay that begins like those of a lost database. */
    async function decideRestore(): Promise<void> {
      if (service.platform.relay?.state().stoppedByRestore === true)
        await stage.call('POST', '/restore/go-on', { as: 'operator' });
    }

    /** How many records have ended, how many of them were counted as kept, and how many rows of dead letters there are. */
    async function endedSoFar(): Promise<{ records: number; kept: number; rows: number }> {
      const { counters } = await stage.rehearsalState();
      const [row] = await stage.transaction((tx) =>
        tx.$queryRawUnsafe<{ rows: number }[]>('SELECT count(*)::int AS rows FROM dead_letter'),
      );
      const kept = (counters['facts.deadLettered'] ?? 0) + (counters['facts.queued'] ?? 0);
      return { records: finished(counters), kept, rows: row?.rows ?? 0 };
    }

    /** Topics that are given out in the service's consumer groups, the trace's own checkpoints apart. */
    async function topicsRead(): Promise<TopicName[]> {
      const admin = bareKafka().admin();
      await admin.connect();
      try {
        const { groups } = await admin.listGroups();
        const own = groups
          .map(({ groupId }) => groupId)
          .filter((id) => id.startsWith(`${stage.namespace}${stage.app}`));
        const described = (await admin.describeGroups(own)).groups;
        const assigned = described.flatMap(({ members }) =>
          members.flatMap(({ memberAssignment }) => topicsOf(memberAssignment)),
        );
        return (Object.keys(topics) as TopicName[]).filter(
          (topic) => topic !== checkpoints && assigned.includes(`${stage.namespace}${topic}`),
        );
      } finally {
        await admin.disconnect();
      }
    }
  });
}

/** Empty before the group has given out its partitions. */
function topicsOf(assignment: Buffer): string[] {
  if (assignment.length === 0) return [];
  return Object.keys(AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {});
}
