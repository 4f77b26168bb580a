import type { TopicName } from '@recapito/contracts';

/** Where this process stands in the partitions it was given, as of the last fetch of each. */
export class PartitionPositions {
  readonly #at = new Map<string, { next: bigint; end: bigint }>();

  /** Records from `first` on were fetched of a partition whose end is `end`. */
  fetched(topic: TopicName, partition: number, first: string, end: string): void {
    this.#at.set(`${topic}/${partition}`, { next: BigInt(first), end: BigInt(end) });
  }

  /** All before `next` is done. */
  next(topic: TopicName, partition: number, next: string): void {
    const at = this.#at.get(`${topic}/${partition}`);
    if (at) at.next = BigInt(next);
  }

  /** The next offset to be done of a partition, when anything of it was fetched. */
  of(topic: TopicName, partition: number): bigint | undefined {
    return this.#at.get(`${topic}/${partition}`)?.next;
  }

  /** Forgets what was given to others. */
  keepOnly(assigned: ReadonlyMap<TopicName, readonly number[]>): void {
    const mine = new Set([...assigned].flatMap(([topic, those]) => those.map((partition) => `${topic}/${partition}`)));
    for (const name of this.#at.keys()) if (!mine.has(name)) this.#at.delete(name);
  }

  /** Records between here and the ends, of one topic or of all. */
  lag(topic?: TopicName): number {
    let lag = 0n;
    for (const [name, { next, end }] of this.#at)
      if (end > next && (topic === undefined || name.startsWith(`${topic}/`))) lag += end - next;
    return Number(lag);
  }
}
