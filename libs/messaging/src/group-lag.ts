import { KeptAdmin } from './kept-admin.ts';

/** Asks the broker how far a group is behind, over a connection that is kept for the next question. */
export class GroupLag {
  readonly #admin: KeptAdmin;

  constructor(options: ConstructorParameters<typeof KeptAdmin>[0]) {
    this.#admin = new KeptAdmin(options);
  }

  /** Records of these topics that the group has not committed. `topics` are physical names. */
  async of(groupId: string, topics: readonly string[]): Promise<number> {
    return this.#admin.ask(async (admin) => {
      const asked = [
        admin.fetchOffsets({ groupId, topics: [...topics] }),
        ...topics.map((topic) => admin.fetchTopicOffsets(topic)),
      ] as const;
      // All of them are over before the first that failed is told.
      await Promise.allSettled(asked);
      const [committed, ...ends] = await Promise.all(asked);
      const next = new Map(
        committed.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => [`${topic}/${partition}`, BigInt(offset)] as const),
        ),
      );
      const lags = topics.flatMap((topic, nth) =>
        (ends[nth] ?? []).map(({ partition, high, low }) => {
          const at = next.get(`${topic}/${partition}`) ?? -1n;
          const from = at < BigInt(low) ? BigInt(low) : at;
          return Math.max(0, Number(BigInt(high) - from));
        }),
      );
      return lags.reduce((sum, lag) => sum + lag, 0);
    });
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }
}
