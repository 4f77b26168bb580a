import { KeptAdmin } from './kept-admin.ts';

/** Asks the broker how far a group is behind, over a connection that is kept for the next question. */
export class GroupLag {
  readonly #admin: KeptAdmin;

  constructor(options: ConstructorParameters<typeof KeptAdmin>[0]) {
    this.#admin = new KeptAdmin(options);
  }

  /** Records of a topic that the group has not committed. `topic` is the physical name. */
  async of(groupId: string, topic: string): Promise<number> {
    return this.#admin.ask(async (admin) => {
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
    });
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }
}
