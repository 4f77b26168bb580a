import { randomUUID } from 'node:crypto';
import type { Brokers } from '@recapito/messaging';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { EachBatchPayload, KafkaMessage, Message } from 'kafkajs';

interface Found {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** The topics as somebody sees them who is no service: records are bytes, and nothing keeps one from writing any. */
export class RawTopics {
  readonly #kafka: Kafka;

  constructor(brokers: Brokers) {
    this.#kafka = new Kafka({ clientId: 'nobody', ...brokers.clientSettings(), logLevel: logLevel.NOTHING });
  }

  /** Delivers the first fact of a type on a topic once more, byte by byte, behind everything that came after it. */
  async repeat(topic: string, type: string): Promise<void> {
    const { partition, message } = await this.#first(topic, type);
    const { key, value, headers } = message;
    await this.#send(topic, { key, value, partition, ...(headers && { headers }) });
  }

  /** Puts a record on a topic that is no fact at all, under a key of its own. */
  async poison(topic: string, key: string): Promise<void> {
    await this.#send(topic, { key, value: '{"nulla di leggibile"' });
  }

  /** `topic id` of every record with an id that lies on these topics, as often as it lies there. */
  async ids(names: readonly string[]): Promise<string[]> {
    const left = await this.#ends(names);
    const found: string[] = [];
    if (left.size === 0) return found;
    const consumer = this.#kafka.consumer({ groupId: `nobody-${randomUUID()}`, maxWaitTimeInMs: 50 });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics: [...names], fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
        const eachBatch = async ({ batch: { topic, partition, messages } }: EachBatchPayload) => {
          for (const { headers } of messages)
            if (headers?.['ce_id']) found.push(`${topic} ${String(headers['ce_id'])}`);
          const place = `${topic} ${partition}`;
          if (Number(messages.at(-1)?.offset ?? -1) + 1 >= (left.get(place) ?? 0)) left.delete(place);
          if (left.size === 0) resolve();
          return Promise.resolve();
        };
        consumer.run({ autoCommit: false, eachBatch }).catch(reject);
      });
    } finally {
      await consumer.disconnect();
    }
    return found;
  }

  /** Where each partition that holds anything ends, by `topic partition`. */
  async #ends(names: readonly string[]): Promise<Map<string, number>> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const ends = new Map<string, number>();
      for (const name of names)
        for (const { partition, low, high } of await admin.fetchTopicOffsets(name))
          if (Number(high) > Number(low)) ends.set(`${name} ${partition}`, Number(high));
      return ends;
    } finally {
      await admin.disconnect();
    }
  }

  async #first(topic: string, type: string): Promise<Found> {
    const consumer = this.#kafka.consumer({ groupId: `nobody-${topic}-${type}-${Date.now()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    try {
      return await new Promise<Found>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
        const late = () => reject(new Error(`no ${type} lies on ${topic}`));
        setTimeout(late, 30_000).unref();
        const eachMessage = async ({ partition, message }: Found) => {
          if (String(message.headers?.['ce_type']).endsWith(`.${type}`)) resolve({ partition, message });
          return Promise.resolve();
        };
        consumer.run({ autoCommit: false, eachMessage }).catch(reject);
      });
    } finally {
      await consumer.disconnect();
    }
  }

  async #send(topic: string, message: Message): Promise<void> {
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    try {
      await producer.send({ topic, acks: -1, messages: [message] });
    } finally {
      await producer.disconnect();
    }
  }
}
