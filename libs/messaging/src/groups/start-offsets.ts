import type { TopicName } from '@recapito/contracts';
import { infrastructurePause } from '../dead-letters/failures.ts';
import type { Positioning } from './group-plan.ts';
import { KeptAdmin } from '../broker/kept-admin.ts';
import type { ServiceConnection } from '../logger.ts';
import { Pause } from '../pause.ts';
import { physicalTopic } from '../broker/topics.ts';

/** The first offset of a partition and the offset of the next record to come, decimal. */
export interface DecimalBounds {
  readonly low: string;
  readonly end: string;
}

export interface StartOffsetsOptions {
  /** The offset (decimal) to read a partition from, asked at every assignment. It is asked again when it rejects. */
  readonly offsetOf: (topic: TopicName, partition: number, bounds: DecimalBounds) => Promise<string>;
  readonly onFailed: (error: unknown, topic: TopicName) => void;
}

/** Holds the topics of an assignment back until it is known from which offset each partition is read. */
export class StartOffsets {
  readonly #namespace: string;
  readonly #admin: KeptAdmin;
  readonly #options: StartOffsetsOptions;
  readonly #wait = new Pause();
  readonly #open = new Set<Promise<void>>();
  #stopped = false;
  #assignment = 0;

  constructor(connection: ServiceConnection, options: StartOffsetsOptions) {
    const { service, brokers, namespace, logger } = connection;
    this.#namespace = namespace;
    this.#admin = new KeptAdmin({ clientId: `${service}-bounds`, brokers, logger });
    this.#options = options;
  }

  /** Begins beside the consumer; whoever stops waits for it. */
  assign(assigned: ReadonlyMap<TopicName, readonly number[]>, positioning: Positioning): void {
    this.#assignment += 1;
    for (const [topic, those] of assigned)
      if (those.length > 0) {
        positioning.hold(topic);
        const begun = this.#begin(this.#assignment, topic, those, positioning);
        this.#open.add(begun);
        void begun.finally(() => this.#open.delete(begun));
      }
  }

  /** Gives up what is still to be positioned. */
  end(): void {
    this.#stopped = true;
    this.#wait.end();
  }

  /** Resolves when nothing is being positioned any more, and the connection is closed. */
  async ended(): Promise<void> {
    await Promise.all(this.#open);
    await this.#admin.close();
  }

  /** Asks the broker for the first offset and the end of each partition of a topic. */
  async bounds(topic: TopicName): Promise<Map<number, DecimalBounds>> {
    const name = physicalTopic(this.#namespace, topic);
    const offsets = await this.#admin.ask((admin) => admin.fetchTopicOffsets(name));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { low, end: high }]));
  }

  async #begin(
    assignment: number,
    topic: TopicName,
    those: readonly number[],
    positioning: Positioning,
  ): Promise<void> {
    for (let tries = 1; !this.#stopped && assignment === this.#assignment; tries += 1) {
      try {
        const bounds = await this.bounds(topic);
        const starts = await Promise.all(
          those.map(async (partition) => {
            const bound = bounds.get(partition) ?? { low: '0', end: '0' };
            return { partition, offset: await this.#options.offsetOf(topic, partition, bound) };
          }),
        );
        if (assignment !== this.#assignment) return;
        for (const { partition, offset } of starts) positioning.seek(topic, partition, offset);
        positioning.release(topic);
        return;
      } catch (error) {
        this.#options.onFailed(error, topic);
        await this.#wait.begin(infrastructurePause(tries));
      }
    }
  }
}
