import type { Consumer, TopicPartitionOffset } from 'kafkajs';
import type { MessagingLogger } from '../logger.ts';
import { words } from '../logger.ts';
import { Pause } from '../pause.ts';

/**
 * Commits offsets beside the work, at most ten times a second. An offset that is committed late, or not at all, costs
 * a second reading that the claims make nothing.
 */
export class OffsetCommits {
  readonly #consumer: Consumer;
  readonly #logger: MessagingLogger;
  readonly #open = new Map<string, TopicPartitionOffset>();
  readonly #pause = new Pause();
  #running: Promise<void> | undefined;

  constructor(consumer: Consumer, logger: MessagingLogger) {
    this.#consumer = consumer;
    this.#logger = logger;
  }

  /** All below `offset` of a partition is done. `topic` is the physical name. */
  note(topic: string, partition: number, offset: string): void {
    this.#open.set(`${topic}/${partition}`, { topic, partition, offset });
    this.#running ??= this.#run();
  }

  /** What is not committed yet belongs to an earlier assignment. */
  forget(): void {
    this.#open.clear();
  }

  /** Resolves when all that was noted has been tried. */
  async flush(): Promise<void> {
    this.#pause.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#open.size > 0) {
      const offsets = [...this.#open.values()];
      this.#open.clear();
      try {
        await this.#consumer.commitOffsets(offsets);
      } catch (error) {
        this.#logger.debug({ error: words(error) }, 'offsets were not committed');
      }
      await this.#pause.begin(100);
    }
    this.#running = undefined;
  }
}
