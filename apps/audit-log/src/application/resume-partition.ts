import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { resumeAt } from '../domain/continuity.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { lockPosition, readPosition } from '../persistence/ingest.store.ts';
import { stopPartition } from './stop-partition.ts';

/** A partition that was given to this process, with its bounds at the broker. */
export interface PartitionToResume {
  readonly topic: TopicName;
  readonly partition: number;
  readonly low: number;
  readonly end: number;
  /** The position at which an earlier look, before these bounds were asked for, found the partition short. */
  readonly wasShort: number | null;
  /** Whether this process has not compared the records below the position yet. It matters in a compacted topic only. */
  readonly first?: boolean;
  readonly at: Instant;
}

/**
 * The offset to read a partition from. A partition that does not reach or not hold its position is stopped at once:
 * nothing may ever arrive there to show it. Of a stopped partition it is the first record that the broker has.
 * @returns `short` with the position when that takes a second look: call again with new bounds and this as `wasShort`.
 */
export async function resumePartition(
  tx: BulkTransaction,
  command: PartitionToResume,
): Promise<{ readonly offset: number } | { readonly short: number }> {
  const { topic, partition, low, end, wasShort, first = true, at } = command;
  const { compacted } = topics[topic];
  const circumstances = { compacted, whole: compacted && first, wasShort };
  const known = await readPosition(tx, topic, partition);
  if (known.stopped !== null) return { offset: low };
  const resumed = resumeAt(known, { low, end }, circumstances);
  if (typeof resumed === 'object') return resumed;
  // Only now is the lock worth its wait: whoever holds it may have stopped the partition, or read on.
  const { stopped, ...position } = await lockPosition(tx, topic, partition);
  if (stopped !== null) return { offset: low };
  const verdict = resumeAt(position, { low, end }, circumstances);
  if (typeof verdict === 'object') return verdict;
  if (verdict === 'short') return { short: position.next };
  await stopPartition(tx, { topic, partition, position, cause: verdict, at });
  return { offset: low };
}
