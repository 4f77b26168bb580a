import type { Instant } from '@recapito/primitives';
import { breakOf, resumeAt } from '../domain/continuity.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { lockPosition } from '../persistence/ingest.store.ts';
import { openGeneration } from './open-generation.ts';

/** A partition that was given to this process, with its bounds at the broker. */
export interface PartitionToResume {
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
  readonly end: number;
  readonly at: Instant;
}

/**
 * The offset to read a partition from: the record before the position, to see that it is still the same. A partition
 * that ends before the position was wiped, which opens a generation at once: nothing may ever arrive there to show it.
 */
export async function resumePartition(tx: BulkTransaction, command: PartitionToResume): Promise<number> {
  const { topic, partition, low, end, at } = command;
  const position = await lockPosition(tx, topic, partition);
  const cause = breakOf(position, { records: [], end }, new Set());
  if (cause === null) return resumeAt(position, low);
  await openGeneration(tx, { topic, partition, position, cause, at });
  return low;
}
