import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '../records/codec.ts';

/** What a group reads and who takes it. */
export interface GroupPlan {
  readonly groupId: string;
  readonly topics: readonly TopicName[];
  /** How many partitions are taken at once. */
  readonly concurrency: number;
  /** False for a reader that begins anew each time. */
  readonly commits: boolean;
  /** Called at each assignment, before anything is fetched; what is paused here stays so until `seek`. */
  onAssigned?(assigned: ReadonlyMap<TopicName, readonly number[]>, positioning: Positioning): void;
  /** Takes records of one partition, in order; calls `done` for what is done and returns early when `live` turns false. */
  take(batch: PartitionBatch): Promise<void>;
}

/** Holds assigned partitions back until their readers know where to begin. */
export interface Positioning {
  hold(topic: TopicName): void;
  /** Begins at `offset` (decimal) and lets the topic flow again when `release` is called. */
  seek(topic: TopicName, partition: number, offset: string): void;
  release(topic: TopicName): void;
}

/** Consecutive records of one partition. */
export interface PartitionBatch {
  readonly topic: TopicName;
  readonly partition: number;
  /** The offset (decimal) that the broker was asked for. When the first record lies above it, those between are gone. */
  readonly from: string;
  readonly records: readonly RawRecord[];
  /** End of the partition when the batch was fetched: the offset of the next record to come. */
  readonly end: string;
  /** False once the member is stopping, paused, or no longer sure of its partitions. */
  live(): boolean;
  /** The record at `offset` is done, and all before it. */
  done(offset: string): void;
  /** Waits, but not beyond the life of the batch. */
  wait(milliseconds: number): Promise<void>;
  /**
   * Takes no more of this partition for a while, then begins again at the first record that is not done: so the others
   * need not wait for it. The batch is over.
   */
  rest(milliseconds: number): void;
  /** Reads on from `offset`, whatever was done. The batch is over. */
  seek(offset: string): void;
}
