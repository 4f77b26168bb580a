import type { EventDefinition } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import type { Probe, ServiceConnection } from '../logger.ts';
import type { RunTransaction, SqlTransaction } from '../sql.ts';

/** Where a crash spec may kill a consumer. */
export type ConsumerPoint =
  | 'fact.claimed'
  | 'fact.handled'
  | 'fact.committed'
  | 'dead-letter.written'
  | 'dead-letter.committed';

export interface FactStrategyOptions<Tx extends SqlTransaction> extends ServiceConnection {
  /** Runs work in one transaction of the service's database, as Prisma's `$transaction` does; no longer than 30 s. */
  readonly transaction: RunTransaction<Tx>;
  /** The suite clock, for the facts that tell of dead letters. */
  readonly now: () => Instant;
  /** Events of the topics it reads that this service ignores: all that have no handler. */
  readonly ignore?: readonly EventDefinition[];
  /** How many partitions are worked on at once. Default 12. */
  readonly concurrency?: number;
  readonly probe?: Probe<ConsumerPoint>;
}
