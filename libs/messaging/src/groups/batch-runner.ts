import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '../records/codec.ts';
import { infrastructurePause } from '../dead-letters/failures.ts';
import type { TopicState } from '../facts/fact-strategy.ts';
import { GroupConsumer } from './group-consumer.ts';
import type { PartitionBatch } from './group-plan.ts';
import { PositionLag } from '../positions/position-lag.ts';
import type { ServiceConnection } from '../logger.ts';
import { words } from '../logger.ts';
import { StartOffsets } from './start-offsets.ts';
import type { DecimalBounds } from './start-offsets.ts';
import { groupOf, physicalTopic } from '../broker/topics.ts';

/** Consecutive records of one partition, undecoded. */
export interface RawBatch {
  readonly topic: TopicName;
  readonly partition: number;
  /** The offset (decimal) that the broker was asked for. When the first record lies above it, those between are gone. */
  readonly from: string;
  /** At least one, in order of their offsets; below the position that was asked for there may be some again. */
  readonly records: readonly RawRecord[];
  /** The partition's end when they were fetched, decimal. */
  readonly end: string;
}

/** Who takes the batches and owns the positions. */
export interface BatchHandler {
  /**
   * Asked at every assignment: the offset (decimal) to read from. `low` and `end` are the partition's bounds now, so
   * that a handler sees when the partition was wiped.
   */
  position(topic: TopicName, partition: number, bounds: DecimalBounds): Promise<string>;
  /**
   * Takes a batch and makes it durable before it resolves. Resolves to the offset (decimal) to read next when that is
   * not the one after the batch, or to a pause: nothing was taken then, and the same batch comes again after so many
   * milliseconds, while other partitions go on. When it rejects the same batch comes again, for ever, with growing
   * pauses.
   */
  take(batch: RawBatch): Promise<string | { readonly pauseMs: number } | undefined>;
  /**
   * The offset of the next record by `topic/partition`, of all processes together. One that is left out counts as unread
   * from its beginning.
   */
  positions(): Promise<ReadonlyMap<string, bigint>>;
}

export interface BatchRunnerOptions extends ServiceConnection {
  readonly topics: readonly TopicName[];
  readonly handler: BatchHandler;
  /** How many partitions are taken at once. Default 4. */
  readonly concurrency?: number;
}

/**
 * Hands over records undecoded, in batches of one partition, to a handler that keeps its own positions in its own
 * transaction: offsets at the broker are advisory. One group, `<namespace><service>`, for all topics.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #consumer: GroupConsumer;
  readonly #starts: StartOffsets;
  readonly #lag: PositionLag;
  #inWork = 0;
  #batches = 0;
  #records = 0;
  #lastError: string | null = null;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
    const { service, brokers, logger } = options;
    this.#lag = new PositionLag({ clientId: `${service}-lag`, brokers, logger });
    this.#starts = new StartOffsets(options, {
      offsetOf: (topic, partition, bounds) => options.handler.position(topic, partition, bounds),
      onFailed: (error, topic) => this.#failed(error, topic, undefined),
    });
    this.#consumer = new GroupConsumer(options, {
      groupId: groupOf(options.namespace, options.service),
      topics: options.topics,
      concurrency: options.concurrency ?? 4,
      commits: true,
      onAssigned: (assigned, positioning) => this.#starts.assign(assigned, positioning),
      take: (batch) => this.#take(batch),
    });
  }

  /** Begins; returns at once. */
  start(): void {
    this.#consumer.start();
  }

  /** Finishes the batches in hand, commits, leaves the group. */
  async stop(): Promise<void> {
    this.#starts.end();
    await this.#consumer.stop();
    await this.#starts.ended();
    await this.#lag.close();
  }

  async pause(): Promise<void> {
    await this.#consumer.pause();
  }

  resume(): void {
    this.#consumer.resume();
  }

  /** `lag` as of the last fetches. */
  state(): Omit<TopicState, 'topic'> & { batches: number; records: number; lastError: string | null } {
    return {
      connected: this.#consumer.connected,
      lag: this.#consumer.positions.lag(),
      ageMs: this.#consumer.ageMs,
      inWork: this.#inWork,
      batches: this.#batches,
      records: this.#records,
      lastError: this.#lastError,
    };
  }

  /** How many records lie between the handler's positions and the ends at the broker: 0 when quiet. */
  async lag(): Promise<number> {
    const { namespace, topics, handler } = this.#options;
    const next = await handler.positions();
    return this.#lag.behind(
      topics.map((topic) => physicalTopic(namespace, topic)),
      new Map([...next].map(([name, offset]) => [`${namespace}${name}`, offset])),
    );
  }

  /** Asks the broker for the first offset and the end of each partition of a topic, decimal. */
  bounds(topic: TopicName): Promise<Map<number, DecimalBounds>> {
    return this.#starts.bounds(topic);
  }

  async #take(batch: PartitionBatch): Promise<void> {
    const last = batch.records.at(-1);
    if (last === undefined || !batch.live()) return;
    this.#inWork += 1;
    try {
      for (let tries = 1; batch.live(); tries += 1) {
        try {
          const { topic, partition, from, records, end } = batch;
          const next = await this.#options.handler.take({ topic, partition, from, records, end });
          this.#lastError = null;
          if (typeof next === 'object') {
            batch.rest(next.pauseMs);
            return;
          }
          this.#batches += 1;
          this.#records += records.length;
          batch.done(last.offset);
          if (next !== undefined && BigInt(next) !== BigInt(last.offset) + 1n) batch.seek(next);
          return;
        } catch (error) {
          this.#failed(error, batch.topic, batch.partition);
          await batch.wait(infrastructurePause(tries));
        }
      }
    } finally {
      this.#inWork -= 1;
    }
  }

  #failed(error: unknown, topic: TopicName, partition: number | undefined): void {
    this.#lastError = words(error);
    this.#options.logger.warn({ topic, partition, error: words(error) }, 'a batch is tried again');
  }
}
