import { KeptAdmin } from '../broker/kept-admin.ts';

/** Asks the broker how far positions are behind the ends, over a connection that is kept for the next question. */
export class PositionLag {
  readonly #admin: KeptAdmin;

  constructor(options: ConstructorParameters<typeof KeptAdmin>[0]) {
    this.#admin = new KeptAdmin(options);
  }

  /**
   * Records of these topics from the given offsets on, by `topic/partition`; all of a partition that has none, or that ends
   * below it, for its log is another one. `topics` are physical names.
   */
  async behind(topics: readonly string[], next: ReadonlyMap<string, bigint>): Promise<number> {
    return this.#admin.ask(async (admin) => {
      const asked = topics.map((topic) => admin.fetchTopicOffsets(topic));
      // All of them are over before the first failure is thrown.
      await Promise.allSettled(asked);
      const ends = await Promise.all(asked);
      const lags = topics.flatMap((topic, nth) =>
        (ends[nth] ?? []).map(({ partition, high, low }) => {
          const at = next.get(`${topic}/${partition}`) ?? -1n;
          const from = at < BigInt(low) || at > BigInt(high) ? BigInt(low) : at;
          return Number(BigInt(high) - from);
        }),
      );
      return lags.reduce((sum, lag) => sum + lag, 0);
    });
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }
}
