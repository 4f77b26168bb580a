import { partitionBroken } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { saveBreak } from '../persistence/ingest.store.ts';
import type { Break, Partition, ReadingPosition } from '../persistence/ingest.store.ts';

/** Which partition does not continue what was read of it, how, and when that was seen. */
export interface PartitionToStop extends Partition {
  readonly position: ReadingPosition;
  readonly cause: Break;
  /** By the suite clock. */
  readonly at: Instant;
}

/**
 * Stops the reading of a partition until an operator opens a new generation, and publishes a finding, once. Nothing is
 * read on by itself: records that are missing may still come back, and what comes in their place is nobody's word.
 * @rule TRACE-STOP
 */
export async function stopPartition(
  tx: BulkTransaction,
  { topic, partition, position, cause, at }: PartitionToStop,
): Promise<void> {
  const { generation, next } = position;
  if (!(await saveBreak(tx, { topic, partition }, { generation, cause, foundAt: at }))) return;
  const finding = derivedId('partition-broken', topic, String(partition), String(generation));
  const data = { finding, topic, partition, generation, next, cause };
  await append(tx, partitionBroken, { key: finding, sequence: 1, time: at, data });
}
