import type { TopicName } from '@recapito/contracts';
import { endsOf, KeptAdmin } from './kept-admin.ts';
import type { ServiceConnection } from '../logger.ts';
import { physicalTopic } from './topics.ts';

/** Where topics end at the broker, compared with where they ended at the last look. */
export class TopicEnds {
  readonly #namespace: string;
  readonly #topics: readonly TopicName[];
  readonly #admin: KeptAdmin;
  readonly #ends = new Map<TopicName, ReadonlyMap<number, bigint>>();

  constructor(connection: ServiceConnection, topics: readonly TopicName[]) {
    this.#namespace = connection.namespace;
    this.#topics = topics;
    this.#admin = new KeptAdmin({ clientId: `${connection.service}-ends`, ...connection });
  }

  /**
   * Looks where the topics end now. @returns those that end before the last look: they were made again, or lost records.
   * @throws Error when the broker does not answer.
   */
  async look(): Promise<TopicName[]> {
    const shorter: TopicName[] = [];
    for (const topic of this.#topics) {
      const ends = await this.#admin.ask((admin) => endsOf(admin, physicalTopic(this.#namespace, topic)));
      const before = this.#ends.get(topic);
      this.#ends.set(topic, ends);
      if (before !== undefined && [...before].some(([partition, end]) => (ends.get(partition) ?? 0n) < end))
        shorter.push(topic);
    }
    return shorter;
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }
}
