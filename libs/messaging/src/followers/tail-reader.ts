import { randomUUID } from 'node:crypto';
import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '../records/codec.ts';
import { infrastructurePause } from '../dead-letters/failures.ts';
import { GroupConsumer } from '../groups/group-consumer.ts';
import type { PartitionBatch, Positioning } from '../groups/group-plan.ts';
import { KeptAdmin } from '../broker/kept-admin.ts';
import type { ServiceConnection } from '../logger.ts';
import { words } from '../logger.ts';
import { Pause } from '../pause.ts';
import { placeOf } from './span-reader.ts';
import { physicalTopic } from '../broker/topics.ts';

export interface TailReaderOptions extends ServiceConnection {
  readonly topic: TopicName;
  /** How many of the last records of each partition are read before the reader is ready. */
  readonly records: number;
  /** In system milliseconds: what was published since is read before the reader is ready, too. */
  readonly sinceMs?: () => number;
  /** Called for each record, in the order of its partition; a record may come twice. Must not throw. */
  readonly onRecord: (record: RawRecord) => void;
}

/** How often the ends are asked for again until the reader is ready. */
const recheckMs = 1_000;

/**
 * Reads the last records of each partition of a topic, and then what comes. Every process has all of it, by a group of
 * its own that commits nothing. It outlives the broker.
 */
export class TailReader {
  readonly #options: TailReaderOptions;
  readonly #consumer: GroupConsumer;
  readonly #admin: KeptAdmin;
  readonly #retry = new Pause();
  readonly #recheck = new Pause();
  /** The end of each partition when it was first asked for, until all before it is read. */
  readonly #awaited = new Map<string, bigint>();
  readonly #next = new Map<number, bigint>();
  #positioned = false;
  #stopped = false;

  constructor(options: TailReaderOptions) {
    this.#options = options;
    const { namespace, service, brokers, logger, topic } = options;
    this.#admin = new KeptAdmin({ clientId: `${service}-tail`, brokers, logger });
    this.#consumer = new GroupConsumer(options, {
      // The name of no group that stays: what a service reads is found by the names of its groups.
      groupId: `${namespace}${service}-tail.${randomUUID()}`,
      topics: [topic],
      concurrency: 1,
      commits: false,
      onAssigned: (assigned, positioning) => {
        positioning.hold(topic);
        void this.#position(assigned.get(topic) ?? [], positioning);
      },
      take: (batch) => this.#take(batch),
    });
  }

  /** Begins; returns at once. */
  start(): void {
    this.#consumer.start();
    void this.#lowerAwaited();
  }

  /** A topic that was deleted and made again may end before what was awaited; then no more of the old one comes. */
  async #lowerAwaited(): Promise<void> {
    const { namespace, topic } = this.#options;
    for (const pause = this.#recheck; !this.#stopped && !this.ready;) {
      await pause.begin(recheckMs);
      if (!this.#positioned || this.#stopped) continue;
      const asked = this.#admin.ask((admin) => admin.fetchTopicOffsets(physicalTopic(namespace, topic)));
      for (const { partition, high } of await asked.catch(() => [])) {
        const place = placeOf({ topic, partition });
        const end = BigInt(high);
        if (end >= (this.#awaited.get(place) ?? end)) continue;
        if (end <= (this.#next.get(partition) ?? 0n)) this.#awaited.delete(place);
        else this.#awaited.set(place, end);
      }
    }
  }

  /** All that the topic held when it was first looked at has been read, as far back as `records` says. */
  get ready(): boolean {
    return this.#positioned && this.#awaited.size === 0;
  }

  /** Milliseconds by the system clock since the broker last answered a fetch; Infinity before the first. */
  age(): number {
    return this.#consumer.ageMs ?? Number.POSITIVE_INFINITY;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry.end();
    this.#recheck.end();
    await this.#consumer.stop();
    await this.#admin.close();
  }

  async #position(partitions: readonly number[], positioning: Positioning): Promise<void> {
    const { namespace, topic, logger } = this.#options;
    for (let tries = 1; !this.#stopped; tries += 1)
      try {
        const ends = await this.#admin.ask((admin) => admin.fetchTopicOffsets(physicalTopic(namespace, topic)));
        const since = await this.#offsetsSince();
        for (const { partition, low, high } of ends) {
          if (!partitions.includes(partition)) continue;
          const next = this.#next.get(partition);
          // A partition that ends below what was read of it was made again.
          const from =
            next !== undefined && next <= BigInt(high) ? next : this.#first({ low, high }, since.get(partition));
          if (!this.#positioned && from < BigInt(high)) this.#awaited.set(placeOf({ topic, partition }), BigInt(high));
          positioning.seek(topic, partition, String(from));
        }
        this.#positioned ||= ends.length > 0 && partitions.length === ends.length;
        return positioning.release(topic);
      } catch (error) {
        logger.warn({ topic, error: words(error) }, 'the last records of a topic cannot be read yet');
        await this.#retry.begin(infrastructurePause(tries));
      }
  }

  /** Where reading begins: at the last records, or earlier where what was published since begins earlier. */
  #first({ low, high }: { readonly low: string; readonly high: string }, since = BigInt(high)): bigint {
    const last = BigInt(high) - BigInt(this.#options.records);
    const wanted = since < last ? since : last;
    return wanted > BigInt(low) ? wanted : BigInt(low);
  }

  /** By partition, the first record that was published since; the end where there is none. */
  async #offsetsSince(): Promise<ReadonlyMap<number, bigint>> {
    const { namespace, topic, sinceMs } = this.#options;
    if (sinceMs === undefined) return new Map();
    const found = await this.#admin.ask((admin) =>
      admin.fetchTopicOffsetsByTimestamp(physicalTopic(namespace, topic), sinceMs()),
    );
    return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  #take(batch: PartitionBatch): Promise<void> {
    const { topic, partition, records } = batch;
    for (const record of records) this.#options.onRecord(record);
    const last = records.at(-1);
    if (last === undefined) return Promise.resolve();
    const next = BigInt(last.offset) + 1n;
    this.#next.set(partition, next);
    const place = placeOf({ topic, partition });
    if (next >= (this.#awaited.get(place) ?? next + 1n)) this.#awaited.delete(place);
    batch.done(last.offset);
    return Promise.resolve();
  }
}
