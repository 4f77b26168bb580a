import {
  countDeadLetters,
  countPassedOverRecords,
  listStoppedPartitions,
  oldestPendingMs,
  wentBack,
} from '@recapito/messaging';
import type { FactStrategy, RelayState } from '@recapito/messaging';
import type { Database } from '@recapito/database';
import type { Platform } from '../service.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Finding, Health } from './health.ts';

/** Without an answer from the broker for so long, facts wait. */
const staleMs = 30_000;

/** Shows how the service stands with Kafka: in its health, where the worst is `degraded`, and in its figures. */
export function watchMessaging({ health, metrics, relay, database }: Platform, facts: FactStrategy | undefined): void {
  if (relay !== undefined && database !== undefined) {
    health.register('outbox', async () => findingOfOutbox(relay.state(), await oldestPendingMs(database.client)));
    metrics.gauge('recapito_outbox_oldest_seconds', 'Age of the oldest fact that is not published', [], async (gauge) =>
      gauge.set((await oldestPendingMs(database.client)) / 1000),
    );
    health.register('restore', () => checkRestore(database));
    const waits = '1 when the database went back and an operator must decide';
    metrics.gauge('recapito_restore_waits', waits, [], async (gauge) =>
      gauge.set((await wentBack(database.client)).since === null ? 0 : 1),
    );
    metrics.gauge('recapito_restore_forgotten_facts', 'Forgotten facts that are open', [], async (gauge) =>
      gauge.set((await wentBack(database.client)).forgotten),
    );
    const published = 'Facts published by this process since it started';
    metrics.counter('recapito_outbox_published_total', published, [], (counter) => counter.inc(relay.state().sent));
  }
  if (facts !== undefined) {
    health.register('facts', () => {
      const { topics } = facts.state();
      const connected = topics.every((topic) => topic.connected);
      const oldest = Math.max(0, ...topics.map((topic) => topic.ageMs ?? 0));
      return { state: connected && oldest <= staleMs ? 'ok' : 'degraded', ageMs: oldest };
    });
    metrics.gauge('recapito_facts_lag_records', 'Records of a topic not yet worked on', ['topic'], (gauge) => {
      for (const { topic, lag } of facts.state().topics) gauge.set({ topic }, lag);
    });
    metrics.counter('recapito_facts_total', 'Facts by what became of them', ['outcome'], (counter) => {
      for (const [outcome, figure] of Object.entries(facts.state().counters)) counter.inc({ outcome }, Number(figure));
    });
  }
  if (database !== undefined && facts !== undefined) {
    watchPositions(health, metrics, database);
    metrics.gauge(
      'recapito_dead_letters',
      'Records that failed, and those that wait behind them',
      ['state'],
      async (gauge) => {
        const { failed, waiting } = await countDeadLetters(database.client);
        gauge.set({ state: 'failed' }, failed);
        gauge.set({ state: 'waiting' }, waiting);
      },
    );
  }
}

/**
 * Broken partitions stand in the database: every process of the service shows those of all.
 * @rule POSITION-BREAK
 */
function watchPositions(health: Health, metrics: Metrics, database: Database): void {
  health.register('positions', async (): Promise<Finding> => {
    const stopped = await listStoppedPartitions(database.client);
    if (stopped.length === 0) return { state: 'ok' };
    return {
      state: 'degraded',
      ageMs: Date.now() - Math.min(...stopped.map(({ stoppedAt }) => stoppedAt.getTime())),
      stopped: stopped.map(({ topic, partition, cause }) => `${topic}/${partition}: ${cause}`).join(', '),
      words: 'partitions that do not continue what was read of them are not read until an operator decides',
      decide: 'POST /partitions/TOPIC/PARTITION/generations',
    };
  });
  metrics.gauge('recapito_partitions_stopped', 'Partitions that wait for an operator', [], async (gauge) =>
    gauge.set((await listStoppedPartitions(database.client)).length),
  );
  const passedOver = 'Records that were not handled after an operator let a stopped partition be read on';
  metrics.gauge('recapito_passed_over_records', passedOver, [], async (gauge) =>
    gauge.set(await countPassedOverRecords(database.client)),
  );
}

/**
 * One process of a service publishes; the others stand by and are well. All of them see it when facts wait: the one that holds
 * the lock may hang. `oldestMs` is the age of the oldest fact that is not published.
 * @rule MESSAGING-OUTBOX-AGE
 */
export function findingOfOutbox(
  { leading, standby, ageMs }: Pick<RelayState, 'leading' | 'standby' | 'ageMs'>,
  oldestMs: number,
): Finding {
  const role = leading ? 'publishing' : standby ? 'standby' : 'waiting';
  const works = standby || (ageMs !== null && ageMs <= staleMs);
  return { state: works && oldestMs <= staleMs ? 'ok' : 'degraded', ageMs: Math.max(oldestMs, ageMs ?? 0), role };
}

/**
 * A database that was put back to an earlier state: nothing is published until an operator decides. Forgotten facts alone
 * leave the service well; they are listed and counted.
 * @rule DATABASE-WENT-BACK
 */
async function checkRestore(database: Database): Promise<Finding> {
  const { since, forgotten } = await wentBack(database.client);
  if (since === null) return { state: 'ok', forgotten };
  const words = 'the database was put back to an earlier state; nothing is published until an operator decides';
  return { state: 'degraded', ageMs: Date.now() - since.getTime(), forgotten, words, decide: 'POST /restore/go-on' };
}
