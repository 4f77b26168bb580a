import type { TopicName } from '@recapito/contracts';
import type { PartitionMetadata, RecordMetadata } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { placeOf } from '../followers/span-reader.ts';
import type { Span } from '../followers/span-reader.ts';

/** One past the last record of a partition that this service is known to have written. */
export interface Tail {
  readonly topic: TopicName;
  readonly partition: number;
  readonly next: bigint;
}

/** A partition as it is at the broker: `low` is its first offset, `high` one past its last. */
export interface PartitionEnds {
  readonly topic: TopicName;
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** So many records of each partition are looked at in any case. */
const lastRecords = 20n;

/** What a comparison of the ends at the broker with those that are known has shown. */
export interface TailsCompared {
  /** Records that the relay did not see itself send. */
  readonly unexplained: readonly Span[];
  /** Partitions that end before what was published there: they lost records. */
  readonly shorter: readonly Tail[];
}

/** The offsets of a partition from `from` up to and without `to`, as far as the partition has them from `low` on. */
export function spanOf(
  { topic, partition }: Pick<Span, 'topic' | 'partition'>,
  from: bigint,
  to: bigint,
  low: bigint,
): Span[] {
  const first = from > low ? from : low;
  return first < to ? [{ topic, partition, from: first, to }] : [];
}

/** What is looked at before a relay sends: all that stands behind the saved tails, and of each partition the last records. */
export function openingSpans(saved: readonly Tail[], ends: readonly PartitionEnds[]): Span[] {
  const tails = new Map(saved.map((tail) => [placeOf(tail), tail.next]));
  return ends.flatMap((each) => {
    const last = each.high - lastRecords;
    const next = tails.get(placeOf(each)) ?? last;
    return spanOf(each, next < last ? next : last, each.high, each.low);
  });
}

const choosePartition = Partitioners.DefaultPartitioner();

/**
 * Where the service's own topics end, as far as it wrote them. The relay is their only writer: a record that stands there
 * and was not sent by it comes from another life of the database, or from a relay that was replaced.
 * @rule RELAY-OWN-TAILS
 */
export class OwnTails {
  readonly #next: Map<string, bigint>;
  readonly #partitions: Map<TopicName, PartitionMetadata[]>;

  /**
   * @param known the tails that stand in the database.
   * @param ends how the partitions of all own topics are now.
   */
  constructor(known: readonly Tail[], ends: readonly PartitionEnds[]) {
    this.#next = new Map(known.map((tail) => [placeOf(tail), tail.next]));
    const byTopic = Map.groupBy(ends, ({ topic }) => topic);
    this.#partitions = new Map([...byTopic].map(([topic, those]) => [topic, those.map(metadataOf)]));
  }

  /** The partition of a key, as kafkajs itself would choose it; undefined for a topic that is not known here. */
  partitionOf(topic: TopicName, key: string): number | undefined {
    const partitionMetadata = this.#partitions.get(topic);
    return partitionMetadata && choosePartition({ topic, partitionMetadata, message: { key, value: null } });
  }

  /** Compares with the ends at the broker and takes these over. */
  compare(ends: readonly PartitionEnds[]): TailsCompared {
    const unexplained: Span[] = [];
    const shorter: Tail[] = [];
    for (const each of ends) {
      const next = this.#next.get(placeOf(each));
      if (next !== undefined && next > each.high) shorter.push({ ...each, next });
      if (next !== undefined) unexplained.push(...spanOf(each, next, each.high, each.low));
      this.#next.set(placeOf(each), each.high);
    }
    return { unexplained, shorter };
  }

  /**
   * Notes where a batch was put.
   * @param topic the logical name of the result's topic.
   * @param count how many records were sent to that partition.
   * @returns the records that stand before it and were not sent by this relay, if there are any, and the partition with
   * its former end when it has lost records.
   */
  sent(topic: TopicName, { partition, baseOffset }: RecordMetadata, count: number): TailsCompared {
    const place = placeOf({ topic, partition });
    const base = BigInt(baseOffset ?? -1);
    if (base < 0n) return { unexplained: [], shorter: [] };
    const known = this.#next.get(place) ?? base;
    this.#next.set(place, base + BigInt(count));
    return {
      unexplained: known < base ? [{ topic, partition, from: known, to: base }] : [],
      shorter: known > base ? [{ topic, partition, next: known }] : [],
    };
  }

  /** The tail of a partition. */
  tailOf(topic: TopicName, partition: number): Tail {
    return { topic, partition, next: this.#next.get(placeOf({ topic, partition })) ?? 0n };
  }

  /** All tails. */
  all(): Tail[] {
    return [...this.#partitions].flatMap(([topic, those]) =>
      those.map(({ partitionId }) => this.tailOf(topic, partitionId)),
    );
  }
}

/** The partitioner looks at nothing but how many there are. */
function metadataOf({ partition }: PartitionEnds): PartitionMetadata {
  return { partitionErrorCode: 0, partitionId: partition, leader: 0, replicas: [], isr: [] };
}
