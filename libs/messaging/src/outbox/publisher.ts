import type { TopicName } from '@recapito/contracts';
import type { Producer } from 'kafkajs';
import { kafkaClient, producerSettings } from '../broker/kafka.ts';
import type { ServiceConnection } from '../logger.ts';
import type { OutboxBatch } from './outbox-rows.ts';
import type { OwnTails, Tail, TailsCompared } from '../restore/own-tails.ts';
import { placeOf } from '../followers/span-reader.ts';
import type { Span } from '../followers/span-reader.ts';
import { statesFirst } from './states-first.ts';
import { physicalTopic } from '../broker/topics.ts';

/** Where a batch has gone. */
export interface Sent {
  /** The new ends of the partitions that it went to. */
  readonly tails: readonly Tail[];
  /** Records that somebody else has put before those of the batch, and partitions that have lost records. */
  readonly compared: TailsCompared;
}

/** Sends facts to the broker, in order, while its relay may write. */
export class Publisher {
  readonly #namespace: string;
  readonly #producer: Producer;
  readonly #tails: OwnTails;

  private constructor(namespace: string, producer: Producer, tails: OwnTails) {
    this.#namespace = namespace;
    this.#producer = producer;
    this.#tails = tails;
  }

  /** @param mayWrite asked at each write to a broker's connection. */
  static async connect(
    { service, brokers, namespace, logger }: ServiceConnection,
    tails: OwnTails,
    mayWrite: () => boolean,
  ): Promise<Publisher> {
    const client = kafkaClient({ clientId: `${service}-relay`, brokers, logger, mayWrite });
    const producer = client.producer(producerSettings);
    await producer.connect();
    return new Publisher(namespace, producer, tails);
  }

  get tails(): OwnTails {
    return this.#tails;
  }

  /** Sends a batch, what says how things stand first. Where it rejects, nobody knows what has arrived. */
  async send(rows: OutboxBatch['rows']): Promise<Sent> {
    const tails = new Map<string, Tail>();
    const unexplained: Span[] = [];
    const shorter: Tail[] = [];
    for (const those of statesFirst(rows)) {
      const placed = those.map((row) => ({ ...row, partition: this.#tails.partitionOf(row.topic, row.key) }));
      const byTopic = Map.groupBy(placed, ({ topic }) => topic);
      const results = await this.#producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, messages]) => ({
          topic: physicalTopic(this.#namespace, topic),
          messages: messages.map(({ key, value, headers, partition }) => ({
            key,
            value,
            headers,
            ...(partition !== undefined && { partition }),
          })),
        })),
      });
      const logical = new Map<string, TopicName>(
        [...byTopic.keys()].map((topic) => [physicalTopic(this.#namespace, topic), topic]),
      );
      for (const result of results) {
        const topic = logical.get(result.topicName);
        const { partition } = result;
        if (topic === undefined) continue;
        const count = byTopic.get(topic)?.filter((row) => row.partition === partition).length ?? 0;
        const compared = this.#tails.sent(topic, result, count);
        unexplained.push(...compared.unexplained);
        shorter.push(...compared.shorter);
        tails.set(placeOf({ topic, partition }), this.#tails.tailOf(topic, partition));
      }
    }
    return { tails: [...tails.values()], compared: { unexplained, shorter } };
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}
