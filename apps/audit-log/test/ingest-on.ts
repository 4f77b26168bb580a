import type { TopicName } from '@recapito/contracts';
import { DueWork, Health, Metrics, serviceLogger, SuiteClock } from '@recapito/platform';
import { servers } from '@recapito/testing';
import { TraceIngest } from '../src/kafka/trace-ingest.ts';
import type { BulkTransactions } from '../src/persistence/bulk-transactions.ts';

/** The one topic of the specs that need no more. */
const moves: readonly TopicName[] = ['migration.moves.v1'];

/**
 * The ingest alone, by the system clock. `member` names its consumer group: positions are ours and not the broker's, so
 * one under another name goes on where the first was, without waiting for the broker to give up a dead member.
 */
export function ingestOn(transactions: BulkTransactions, namespace: string, member = 'audit-log'): TraceIngest {
  const parts = {
    transactions,
    clock: new SuiteClock('production'),
    dueWork: new DueWork(),
    health: new Health(),
    metrics: new Metrics('audit-log'),
  };
  const logger = serviceLogger('audit-log', 'silent');
  const connection = { service: member, brokers: servers().kafkaBrokers, namespace, fetchWaitMs: 100, logger };
  return new TraceIngest(parts, connection, moves);
}
