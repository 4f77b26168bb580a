import { countDeadLetters, type FactStrategy } from '@recapito/messaging';
import type { Platform } from '../service.ts';

/** Without an answer from the broker for so long, facts wait. */
const staleMs = 30_000;

/** Shows how the service stands with Kafka: in its health, where the worst is `degraded`, and in its figures. */
export function watchMessaging({ health, metrics, relay, database }: Platform, facts: FactStrategy | undefined): void {
  if (relay !== undefined) {
    health.register('outbox', () => {
      const { ageMs } = relay.state();
      return { state: ageMs === null || ageMs > staleMs ? 'degraded' : 'ok', ageMs: ageMs ?? 0 };
    });
    metrics.gauge('recapito_outbox_sent_count', 'Facts published by this process since it started', [], (gauge) =>
      gauge.set(relay.state().sent),
    );
  }
  if (facts !== undefined) {
    health.register('facts', () => {
      const { topics } = facts.state();
      const connected = topics.every((topic) => topic.connected);
      const oldest = Math.max(0, ...topics.map((topic) => topic.ageMs ?? 0));
      return { state: connected && oldest <= staleMs ? 'ok' : 'degraded', ageMs: oldest };
    });
    metrics.gauge('recapito_facts_lag_count', 'Records of a topic not yet worked on', ['topic'], (gauge) => {
      for (const { topic, lag } of facts.state().topics) gauge.set({ topic }, lag);
    });
    metrics.gauge('recapito_facts_handled_count', 'Facts by what became of them', ['outcome'], (gauge) => {
      for (const [outcome, figure] of Object.entries(facts.state().counters)) gauge.set({ outcome }, Number(figure));
    });
  }
  if (database !== undefined && facts !== undefined)
    metrics.gauge(
      'recapito_dead_letters_count',
      'Records that failed, and those that wait behind them',
      ['state'],
      async (gauge) => {
        const { failed, waiting } = await countDeadLetters(database.client);
        gauge.set({ state: 'failed' }, failed);
        gauge.set({ state: 'waiting' }, waiting);
      },
    );
}
