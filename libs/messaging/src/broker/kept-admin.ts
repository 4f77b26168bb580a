import type { Admin } from 'kafkajs';
import { kafkaClient } from './kafka.ts';

/** A connection, and what is being asked over it. */
interface Kept {
  readonly admin: Promise<Admin>;
  readonly questions: Set<Promise<unknown>>;
}

/** A connection for questions to the broker, opened by the first and kept for the next. */
export class KeptAdmin {
  readonly #options: Parameters<typeof kafkaClient>[0];
  #kept: Kept | undefined;

  constructor(options: Parameters<typeof kafkaClient>[0]) {
    this.#options = options;
  }

  /**
   * Asks; a connection over which no answer came is not used again. What a question begins must be over when it
   * resolves or rejects.
   */
  async ask<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    const kept = (this.#kept ??= { admin: this.#connect(), questions: new Set() });
    const answer = kept.admin.then(question);
    kept.questions.add(answer);
    try {
      return await answer;
    } catch (error) {
      await this.#letGo(kept);
      throw error;
    } finally {
      kept.questions.delete(answer);
    }
  }

  async close(): Promise<void> {
    if (this.#kept !== undefined) await this.#letGo(this.#kept);
  }

  /** kafkajs connects again for a question that is still open, and then nobody would end that connection. */
  async #letGo(kept: Kept): Promise<void> {
    if (this.#kept === kept) this.#kept = undefined;
    await Promise.allSettled(kept.questions);
    await kept.admin.then((connected) => connected.disconnect()).catch(() => undefined);
  }

  async #connect(): Promise<Admin> {
    const admin = kafkaClient(this.#options).admin();
    await admin.connect();
    return admin;
  }
}

/** One past the last record of each partition of a topic, 0 where there is none. `topic` is the physical name. */
export async function endsOf(admin: Admin, topic: string): Promise<Map<number, bigint>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, low, high }) => [partition, low === high ? 0n : BigInt(high)] as const));
}
