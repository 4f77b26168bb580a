import type { TopicName } from '@recapito/contracts';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { isFault } from '../dead-letters/failures.ts';
import { enterGroup, leaveGroup } from './group-membership.ts';
import type { GroupPlan } from './group-plan.ts';
import { consumerSettings, fetchedOffset, kafkaClient, rawRecord } from '../broker/kafka.ts';
import type { ServiceConnection } from '../logger.ts';
import { words } from '../logger.ts';
import { OffsetCommits } from './offset-commits.ts';
import { Pause } from '../pause.ts';
import { PartitionPositions } from './positions.ts';
import { physicalTopic } from '../broker/topics.ts';

/**
 * A member of a consumer group that outlives every broker: when kafkajs gives up, a fresh consumer takes its place.
 * Offsets are committed after the work, beside it, and once more before leaving.
 */
export class GroupConsumer {
  readonly #connection: ServiceConnection;
  readonly #plan: GroupPlan;
  readonly #logical: ReadonlyMap<string, TopicName>;
  readonly #waits = new Set<Pause>();
  readonly #retry = new Pause();
  readonly positions = new PartitionPositions();
  #consumer: Consumer | undefined;
  #commits: OffsetCommits | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #paused = false;
  #joined = false;
  #lost: unknown;
  #fetchedAt: number | null = null;
  #answeredAt = 0;
  readonly #inHand = new Set<Promise<void>>();
  readonly #rests = new Set<NodeJS.Timeout>();
  #endSession: () => void = () => undefined;

  constructor(connection: ServiceConnection, plan: GroupPlan) {
    this.#connection = connection;
    this.#plan = plan;
    this.#logical = new Map(plan.topics.map((topic) => [physicalTopic(connection.namespace, topic), topic]));
  }

  /** Begins; returns at once, whether or not a broker answers. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the records in hand, commits, leaves the group. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cutWaits();
    this.#retry.end();
    this.#endSession();
    await this.#running;
  }

  /** Stops taking records; resolves when those in hand are done. The membership stays. */
  async pause(): Promise<void> {
    this.#paused = true;
    this.#cutWaits();
    this.#pauseAll();
    await Promise.allSettled(this.#inHand);
  }

  resume(): void {
    this.#paused = false;
    if (this.#joined) this.#consumer?.resume(this.#physicalTopics());
  }

  /** A member of the group whose broker answers. */
  get connected(): boolean {
    return this.#joined && Date.now() - this.#answeredAt < answerWithinMs;
  }

  /** Milliseconds since the broker last answered a fetch, by the system clock; null before the first. */
  get ageMs(): number | null {
    return this.#fetchedAt === null ? null : Date.now() - this.#fetchedAt;
  }

  async #run(): Promise<void> {
    const { logger } = this.#connection;
    let failures = 0;
    while (!this.#stopped) {
      const began = Date.now();
      try {
        await this.#session();
      } catch (error) {
        if (isFault(error)) return endProcess(error);
        failures = Date.now() - began > 30_000 ? 1 : failures + 1;
        logger.warn({ group: this.#plan.groupId, failures, error: words(error) }, 'the consumer starts again');
        await this.#retry.begin(Math.min(2_000, 100 * 2 ** Math.min(failures, 5)));
      }
    }
  }

  /** The life of one kafkajs consumer: resolves when stopped, rejects when kafkajs gave up. */
  async #session(): Promise<void> {
    const { service, brokers, logger, fetchWaitMs: maxWaitTimeInMs = 1_000 } = this.#connection;
    const { groupId, commits } = this.#plan;
    const settings = { ...consumerSettings, groupId, maxWaitTimeInMs };
    const consumer = kafkaClient({ clientId: service, brokers, logger }).consumer(settings);
    const over = this.#watch(consumer);
    this.#commits = commits ? new OffsetCommits(consumer, logger) : undefined;
    this.#consumer = consumer;
    const joining = enterGroup(consumer, this.#connection, {
      topics: this.#plan.topics,
      run: {
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.#plan.concurrency,
        eachBatch: (payload) => this.#eachBatch(payload),
      },
      stopped: () => this.#stopped,
    });
    try {
      await Promise.race([over, joining]);
      await over;
      if (this.#joined) this.#pauseAll();
      await Promise.allSettled(this.#inHand);
      await this.#commits?.flush();
    } finally {
      this.#joined = false;
      this.#consumer = undefined;
      for (const rest of this.#rests) clearTimeout(rest);
      this.#rests.clear();
      await leaveGroup(consumer, joining);
    }
  }

  #watch(consumer: Consumer): Promise<void> {
    const { CRASH, GROUP_JOIN, REQUEST } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.#onJoined(consumer, payload.memberAssignment));
    consumer.on(REQUEST, ({ payload: { apiName } }) => {
      if (apiName === 'Fetch') this.#fetchedAt = Date.now();
      if (apiName === 'Fetch' || apiName === 'Heartbeat') this.#answeredAt = Date.now();
    });
    const over = new Promise<void>((resolve, reject) => {
      this.#endSession = resolve;
      consumer.on(CRASH, ({ payload }) => {
        this.#joined = false;
        reject(payload.error);
      });
      if (this.#stopped) resolve();
    });
    // A crash may come while the consumer is still being set up; whoever awaits it later still sees it.
    over.catch(() => undefined);
    return over;
  }

  #onJoined(consumer: Consumer, assignment: Record<string, number[]>): void {
    this.#lost = undefined;
    this.#joined = true;
    this.#answeredAt = Date.now();
    this.#commits?.forget();
    const assigned = new Map(
      [...this.#logical].map(([physical, topic]) => [topic, assignment[physical] ?? []] as const),
    );
    this.positions.clear();
    if (this.#paused) this.#pauseAll();
    const named = (topic: TopicName): string => physicalTopic(this.#connection.namespace, topic);
    this.#plan.onAssigned?.(assigned, {
      hold: (topic) => consumer.pause([{ topic: named(topic) }]),
      seek: (topic, partition, offset) => consumer.seek({ topic: named(topic), partition, offset }),
      release: (topic) => {
        if (!this.#paused && this.#consumer === consumer) consumer.resume([{ topic: named(topic) }]);
      },
    });
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const work = this.#takeBatch(payload);
    this.#inHand.add(work);
    try {
      await work;
    } finally {
      this.#inHand.delete(work);
    }
  }

  async #takeBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const topic = this.#logical.get(batch.topic);
    const consumer = this.#consumer;
    if (topic === undefined || consumer === undefined) return;
    const { partition } = batch;
    let over = false;
    const live = (): boolean => !this.#stopped && !this.#paused && !over && this.#lost === undefined;
    // However long a handler or its retries take, the group hears of this member.
    const beat = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        this.#lost ??= error;
        this.#cutWaits();
      });
    }, beatMs);
    const pause = new Pause();
    this.#waits.add(pause);
    this.positions.fetched(topic, partition, batch.firstOffset() ?? batch.highWatermark, batch.highWatermark);
    try {
      await this.#plan.take({
        topic,
        partition,
        from: fetchedOffset(batch),
        records: batch.messages.map((message) => rawRecord(topic, partition, message)),
        end: batch.highWatermark,
        live,
        wait: async (milliseconds) => {
          if (live()) await pause.begin(milliseconds);
        },
        done: (offset) => {
          const next = String(BigInt(offset) + 1n);
          payload.resolveOffset(offset);
          this.positions.next(topic, partition, next);
          this.#commits?.note(batch.topic, partition, next);
        },
        rest: (milliseconds) => {
          // While all is paused, kafkajs would take the pause of one partition for the end of the others'.
          if (!live()) return;
          over = true;
          this.#rest(consumer, batch.topic, partition, milliseconds);
        },
        seek: (offset) => {
          over = true;
          consumer.seek({ topic: batch.topic, partition, offset });
        },
      });
    } finally {
      clearInterval(beat);
      this.#waits.delete(pause);
    }
    // kafkajs joins the group anew when it sees the error that told of the rebalance.
    if (this.#lost !== undefined) throw this.#lost;
  }

  #rest(consumer: Consumer, topic: string, partition: number, milliseconds: number): void {
    consumer.pause([{ topic, partitions: [partition] }]);
    const timer = setTimeout(() => {
      this.#rests.delete(timer);
      if (!this.#paused && this.#consumer === consumer) consumer.resume([{ topic, partitions: [partition] }]);
    }, milliseconds);
    this.#rests.add(timer);
  }

  #pauseAll(): void {
    if (this.#joined) this.#consumer?.pause(this.#physicalTopics());
  }

  #physicalTopics(): { topic: string }[] {
    return [...this.#logical.keys()].map((topic) => ({ topic }));
  }

  #cutWaits(): void {
    for (const pause of this.#waits) pause.end();
  }
}

const beatMs = 1_000;
// Half of what the group itself waits for a silent member: two heartbeats, and the longest fetch without an answer.
const answerWithinMs = 3_000;

// Out of reach of every catch: a consumer that died of a bug must not look like a quiet one.
function endProcess(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
