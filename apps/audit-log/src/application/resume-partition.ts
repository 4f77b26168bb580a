import type { Instant } from '@recapito/primitives';
import { resumeAt } from '../domain/continuity.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { lockPosition, readPosition } from '../persistence/ingest.store.ts';
import { openGeneration } from './open-generation.ts';

/** A partition that was given to this process, with its bounds at the broker. */
export interface PartitionToResume {
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
  readonly end: number;
  /** The position at which an earlier look, before these bounds were asked for, found the partition short. */
  readonly wasShort: number | null;
  readonly at: Instant;
}

/**
 * The offset to read a partition from: the record before the position, to see that it is still the same. A partition
 * that ends before the position was wiped, which opens a generation at once: nothing may ever arrive there to show it.
 * @returns `short` with the position when that takes a second look: call again with new bounds and this as `wasShort`.
 */
export async function resumePartition(
  tx: BulkTransaction,
  command: PartitionToResume,
): Promise<{ readonly offset: number } | { readonly short: number }> {
  const { topic, partition, low, end, wasShort, at } = command;
  const resumed = resumeAt(await readPosition(tx, topic, partition), { low, end }, wasShort);
  if (typeof resumed === 'object') return resumed;
  // Only now is the lock worth its wait: whoever holds it may have opened the generation, or read on.
  const position = await lockPosition(tx, topic, partition);
  const verdict = resumeAt(position, { low, end }, wasShort);
  if (verdict === 'short') return { short: position.next };
  if (verdict !== 'end-below-position') return verdict;
  await openGeneration(tx, { topic, partition, position, cause: verdict, at });
  return { offset: low };
}
