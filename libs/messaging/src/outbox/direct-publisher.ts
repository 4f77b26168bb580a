import { randomUUID } from 'node:crypto';
import type { EventDefinition, TopicName } from '@recapito/contracts';
import { topicsWrittenBy } from '@recapito/contracts';
import type { Producer } from 'kafkajs';
import { encodeData, headersOf } from '../records/codec.ts';
import { currentTraceparent } from '../records/correlation.ts';
import { kafkaClient, producerSettings } from '../broker/kafka.ts';
import type { ServiceConnection } from '../logger.ts';
import type { FactToTell } from './outbox.ts';
import { ensureTopics, physicalTopic } from '../broker/topics.ts';

/**
 * Publishes without an outbox: for a writer that has no database, as the driver that moves the suite clock. What it is
 * told is at the broker when `publish` resolves; when it rejects, nobody knows, and the caller says it again.
 */
export class DirectPublisher {
  readonly #connection: ServiceConnection;
  #producer: Promise<Producer> | undefined;

  constructor(connection: ServiceConnection) {
    this.#connection = connection;
  }

  /** @returns the fact's id. */
  async publish<Data>(definition: EventDefinition<Data>, fact: FactToTell<Data>): Promise<string> {
    const { topic, type, version } = definition;
    const id = randomUUID();
    const headers = headersOf({ ...fact, id, topic, type, version, traceparent: currentTraceparent() });
    await this.#send(topic, fact.key, encodeData(definition, fact.key, fact.data), headers);
    return id;
  }

  /** Writes a tombstone: a compacted topic forgets the key. */
  async retract(topic: TopicName, key: string): Promise<void> {
    await this.#send(topic, key, null, {});
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }

  async #send(topic: TopicName, key: string, value: string | null, headers: Readonly<Record<string, string>>) {
    try {
      this.#producer ??= this.#connect();
      const producer = await this.#producer;
      await producer.send({
        topic: physicalTopic(this.#connection.namespace, topic),
        acks: -1,
        messages: [{ key, value, headers }],
      });
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #connect(): Promise<Producer> {
    const { service, brokers, namespace, logger } = this.#connection;
    await ensureTopics(brokers, namespace, topicsWrittenBy(service), logger);
    const producer = kafkaClient({ clientId: service, brokers, logger }).producer(producerSettings);
    await producer.connect();
    return producer;
  }
}
