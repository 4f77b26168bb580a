import type { Admin } from 'kafkajs';
import { kafkaClient } from './kafka.ts';

/** Asks the broker how far a group is behind, over a connection that is kept for the next question. */
export class GroupLag {
  readonly #options: Parameters<typeof kafkaClient>[0];
  #admin: Promise<Admin> | undefined;

  constructor(options: Parameters<typeof kafkaClient>[0]) {
    this.#options = options;
  }

  /** Records of a topic that the group has not committed. `topic` is the physical name. */
  async of(groupId: string, topic: string): Promise<number> {
    try {
      this.#admin ??= this.#connect();
      const admin = await this.#admin;
      const [ends, [committed]] = await Promise.all([
        admin.fetchTopicOffsets(topic),
        admin.fetchOffsets({ groupId, topics: [topic] }),
      ]);
      const next = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
      return ends.reduce((lag, { partition, high, low }) => {
        const at = next.get(partition) ?? -1n;
        const from = at < BigInt(low) ? BigInt(low) : at;
        return lag + Math.max(0, Number(BigInt(high) - from));
      }, 0);
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
