import type { Admin } from 'kafkajs';
import { kafkaClient } from './kafka.ts';

/** A connection for questions to the broker, opened by the first and kept for the next. */
export class KeptAdmin {
  readonly #options: Parameters<typeof kafkaClient>[0];
  #admin: Promise<Admin> | undefined;

  constructor(options: Parameters<typeof kafkaClient>[0]) {
    this.#options = options;
  }

  /** Asks; a connection over which no answer came is not used again. */
  async ask<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    try {
      this.#admin ??= this.#connect();
      return await question(await this.#admin);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin?.then((connected) => connected.disconnect()).catch(() => undefined);
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
