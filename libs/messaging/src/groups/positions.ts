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

  /** Forgets all of them: at the next fetch a partition may be another reader's, or another log. */
  clear(): void {
    this.#at.clear();
  }

  /** Records between here and the ends, of one topic or of all. */
  lag(topic?: TopicName): number {
    let lag = 0n;
    for (const [name, { next, end }] of this.#at)
      if (end > next && (topic === undefined || name.startsWith(`${topic}/`))) lag += end - next;
    return Number(lag);
  }
}
