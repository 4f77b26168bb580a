import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { resumeAt } from '@recapito/messaging';
import type { BreakCause } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { lockPosition, readPosition } from '../persistence/ingest.store.ts';
import type { ReadingPosition } from '../persistence/ingest.store.ts';
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
  const { topic, partition, low, at } = command;
  const known = await readPosition(tx, topic, partition);
  if (known.stopped !== null) return { offset: low };
  const resumed = resumedAt(known, command);
  if (typeof resumed === 'object') return resumed;
  // Only now is the lock worth its wait: whoever holds it may have stopped the partition, or read on.
  const { stopped, ...position } = await lockPosition(tx, topic, partition);
  if (stopped !== null) return { offset: low };
  const verdict = resumedAt(position, command);
  if (typeof verdict === 'object') return verdict;
  if (verdict === 'short') return { short: position.next };
  await stopPartition(tx, { topic, partition, position, cause: verdict, at });
  return { offset: low };
}

function resumedAt(
  { next, fingerprint }: ReadingPosition,
  { topic, low, end, wasShort, first = true }: PartitionToResume,
): { readonly offset: number } | 'short' | BreakCause {
  const { compacted } = topics[topic];
  const resumed = resumeAt(
    { next: BigInt(next), fingerprint },
    { low: BigInt(low), end: BigInt(end) },
    { compacted, whole: compacted && first, wasShort: wasShort === null ? null : BigInt(wasShort) },
  );
  return typeof resumed === 'object' ? { offset: Number(resumed.offset) } : resumed;
}
