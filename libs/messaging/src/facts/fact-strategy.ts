import type { CustomTransportStrategy } from '@nestjs/microservices';
import { Server } from '@nestjs/microservices';
import { partitions } from '@recapito/contracts';
import type { EventDefinition, TopicName } from '@recapito/contracts';
import type { Refusal } from '@recapito/primitives';
import { isObservable, lastValueFrom } from 'rxjs';
import { FactHandlers } from './fact-handlers.ts';
import type { FactHandler } from './fact-handlers.ts';
import { FactRunner } from './fact-runner.ts';
import type { Counts } from './fact-counts.ts';
import { GroupConsumer } from '../groups/group-consumer.ts';
import { PositionLag } from '../positions/position-lag.ts';
import { findBeginning, knownRecords } from '../positions/log-search.ts';
import { continueReading, notStopped } from '../positions/partition-stop.ts';
import type { ContinuedReading } from '../positions/partition-stop.ts';
import { PositionReader } from '../positions/position-reader.ts';
import { nextOffsets, readPosition } from '../positions/position-rows.ts';
import { PositionWatch } from '../positions/position-watch.ts';
import { Redriver } from '../dead-letters/redriver.ts';
import type { SqlTransaction } from '../sql.ts';
import { groupOf, physicalTopic } from '../broker/topics.ts';
import type { FactStrategyOptions } from './fact-strategy-options.ts';

/** One topic as this process reads it. */
export interface TopicState {
  readonly topic: TopicName;
  /** A member of the group, with a broker that answers. */
  readonly connected: boolean;
  /** Records between here and the end of the partitions that this process reads, as of the last fetch. */
  readonly lag: number;
  /** Milliseconds since the broker last answered a fetch; null before the first. */
  readonly ageMs: number | null;
  /** Records being handled. */
  readonly inWork: number;
}

/** Counted since the start; two equal readings, nothing in work and no lag: quiet. */
export interface FactCounters {
  readonly handled: number;
  /** Seen before, or on the ignore list. */
  readonly skipped: number;
  readonly retried: number;
  readonly deadLettered: number;
  readonly queued: number;
  readonly redriven: number;
}

export interface FactStrategyState {
  readonly topics: readonly TopicState[];
  /** Keys being redriven. */
  readonly redriving: number;
  readonly counters: FactCounters;
  readonly paused: boolean;
}

interface Reading<Tx extends SqlTransaction> {
  readonly topics: readonly TopicName[];
  readonly runner: FactRunner<Tx>;
  readonly positions: PositionReader<Tx>;
  readonly consumer: GroupConsumer;
}

/**
 * The Nest transport of a service that reads facts: one consumer, in the group `<namespace><service>`, for all topics that
 * have `@OnEvent` handlers. Commit, retry and dead letters are decided here, never by Nest: records are claimed and
 * handled in transactions of the service's database, offsets follow behind.
 */
export class FactStrategy<Tx extends SqlTransaction = SqlTransaction>
  extends Server
  implements CustomTransportStrategy
{
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: FactStrategyOptions<Tx>;
  readonly #counts: Counts = { handled: 0, skipped: 0, retried: 0, deadLettered: 0, queued: 0, redriven: 0 };
  /** None before the start, and in a service that reads no facts. */
  #reading: Reading<Tx> | undefined;
  #redriver: Redriver<Tx> | undefined;
  #lag: PositionLag | undefined;
  readonly #watch: PositionWatch<Tx>;
  #paused = false;

  constructor(options: FactStrategyOptions<Tx>) {
    super();
    this.#options = options;
    this.#watch = new PositionWatch(options, () => (this.#paused ? undefined : this.#reading?.positions));
  }

  /** Begins to read what the handlers ask for. Does not wait for a broker: `state` tells when it is there. */
  listen(callback: () => void): void {
    const handlers = new FactHandlers(this.#handlers(), this.#options.ignore ?? []);
    if (handlers.topics.length > 0) this.#read(handlers);
    this.#redriver = new Redriver(this.#options, handlers, this.#counts);
    this.#redriver.start();
    this.#watch.start();
    callback();
  }

  /** Finishes the records in hand, commits, leaves the group. */
  async close(): Promise<void> {
    this.#reading?.positions.end();
    await this.#watch.stop();
    await Promise.all([this.#redriver?.stop(), this.#reading?.consumer.stop()]);
    await this.#reading?.positions.close();
    await this.#lag?.close();
  }

  /** Takes no more records; resolves when those in hand are done. The group keeps this member. */
  async pause(): Promise<void> {
    this.#paused = true;
    this.#redriver?.hold(true);
    await this.#reading?.consumer.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#redriver?.hold(false);
    this.#reading?.positions.compareAgain();
    this.#reading?.consumer.resume();
  }

  /** What this process knows without asking anybody. */
  state(): FactStrategyState {
    return {
      topics: this.#topicStates(),
      redriving: this.#redriver?.inWork ?? 0,
      counters: { ...this.#counts },
      paused: this.#paused,
    };
  }

  /** How many records lie between the positions in the database and the ends at the broker, all processes together. */
  async lag(): Promise<number> {
    const { service, brokers, namespace, logger, transaction } = this.#options;
    const asked = (this.#lag ??= new PositionLag({ clientId: `${service}-lag`, brokers, logger }));
    const next = await transaction((tx) => nextOffsets(tx, service));
    const named = new Map([...next].map(([name, offset]) => [`${namespace}${name}`, offset] as const));
    return asked.behind(
      (this.#reading?.topics ?? []).map((topic) => physicalTopic(namespace, topic)),
      named,
    );
  }

  /**
   * Reads on in a stopped partition, on an operator's word: behind the last record that both logs share. The broker is
   * asked before the transaction begins. Refusal: `partition/not-stopped`.
   * @throws InfrastructureFailure when the broker does not answer.
   */
  async continueReading(
    { topic, partition }: { readonly topic: string; readonly partition: number },
    decision: { readonly by: string; readonly reason: string },
  ): Promise<ContinuedReading | Refusal<'partition/not-stopped'>> {
    const { service: consumer, transaction, now } = this.#options;
    const reading = this.#reading;
    const read = reading?.topics.find((each) => each === topic);
    if (reading === undefined || read === undefined) return notStopped(topic, partition);
    const at = { consumer, topic: read, partition };
    const position = await transaction((tx) => readPosition(tx, at));
    if (position === undefined || position.stopped === null) return notStopped(topic, partition);
    const bounds = await reading.positions.boundsOf(read, partition);
    const known = await transaction((tx) => knownRecords(tx, at));
    const beginning = await findBeginning(this.#options, at, bounds, known);
    const { generation } = position;
    return transaction((tx) => continueReading(tx, { ...at, ...decision, generation, beginning, now: now() }));
  }

  /** There are no events to listen to: `state` tells all. */
  on(): void {
    throw new Error('the strategy has no events of its own');
  }

  /** There is no client to hand out: nobody but this library talks to the broker. */
  unwrap(): never {
    throw new Error('the strategy hands out no Kafka client');
  }

  #read(handlers: FactHandlers): void {
    const { topics } = handlers;
    const runner = new FactRunner(this.#options, handlers, this.#counts);
    const positions = new PositionReader(this.#options, (...taken) => runner.take(...taken));
    const consumer = new GroupConsumer(this.#options, {
      groupId: groupOf(this.#options.namespace, this.#options.service),
      topics,
      concurrency: this.#options.concurrency ?? partitions,
      commits: true,
      onAssigned: (assigned, positioning) => positions.assign(assigned, positioning),
      take: (batch) => positions.take(batch),
    });
    this.#reading = { topics, runner, positions, consumer };
    consumer.start();
  }

  #topicStates(): TopicState[] {
    if (this.#reading === undefined) return [];
    const { topics, runner, consumer } = this.#reading;
    const { connected, ageMs } = consumer;
    return topics.map((topic) => {
      const [lag, inWork] = [consumer.positions.lag(topic), runner.inWork(topic)];
      return { topic, connected, lag, ageMs, inWork };
    });
  }

  #handlers(): FactHandler[] {
    return [...this.getHandlers()].map(([pattern, handler]) => {
      const definition = (handler.extras as { definition?: EventDefinition } | undefined)?.definition;
      if (!definition) throw new Error(`${pattern} is no @OnEvent handler`);
      if (handler.next) throw new Error(`${pattern} has two handlers: one event has one handler in a service`);
      return {
        definition,
        async handle(fact, context) {
          const result: unknown = await handler(fact, context);
          return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
        },
      };
    });
  }
}
