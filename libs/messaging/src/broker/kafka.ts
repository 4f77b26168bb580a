import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { TopicName } from '@recapito/contracts';
import type { Batch, ConsumerConfig, KafkaMessage, LogEntry, ProducerConfig } from 'kafkajs';
import type { RawRecord } from '../records/codec.ts';
import type { Brokers } from './brokers.ts';
import type { MessagingLogger } from '../logger.ts';
import { guardedSockets } from './guarded-sockets.ts';
import { correctRequestQueue } from './request-queue.ts';

correctRequestQueue();

/**
 * A kafkajs client with the settings that were measured. Its own retries are few: whoever uses it here is supervised,
 * and starts again with a fresh client when one gives up.
 */
export function kafkaClient(options: {
  readonly clientId: string;
  readonly brokers: Brokers;
  readonly logger: MessagingLogger | undefined;
  /** Asked at each write to a broker's connection; where it says no, that connection ends and nothing is written. */
  readonly mayWrite?: () => boolean;
}): Kafka {
  const { clientId, brokers, logger, mayWrite } = options;
  return new Kafka({
    clientId,
    ...brokers.clientSettings(),
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 5, restartOnFailure: () => Promise.resolve(false) },
    logLevel: logger ? logLevel.INFO : logLevel.NOTHING,
    ...(mayWrite && { socketFactory: guardedSockets(mayWrite) }),
    logCreator: () => (entry) => logger && write(logger, entry),
  });
}

/** kafkajs defaults leave a restarted consumer deaf for 29 s; with these it hears again after 5 s. */
export const consumerSettings: Omit<ConsumerConfig, 'groupId'> = {
  sessionTimeout: 6_000,
  heartbeatInterval: 1_500,
  rebalanceTimeout: 10_000,
  allowAutoTopicCreation: false,
};

/** One request in flight, in sequence: a retry inside the client neither doubles nor overtakes. */
export const producerSettings: ProducerConfig = {
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  createPartitioner: Partitioners.DefaultPartitioner,
};

// kafkajs calls errors what it then mends by itself. What it does not mend ends one of its clients, and the supervisor of
// that client here says so as a warning.
function write(logger: MessagingLogger, entry: LogEntry): void {
  const { message, timestamp: _, stack: __, logger: ___, ...fields } = entry.log;
  const told = { kafka: entry.namespace, ...(fields as object) };
  if (entry.level === logLevel.ERROR) logger.info(told, message);
  else logger.debug(told, message);
}

/**
 * A record as kafkajs read it, under the logical name of its topic. Never throws, whatever a producer wrote: what is wrong with a
 * record is found where it can become a dead letter. A header without a value, which Kafka allows, has an empty one.
 * @rule MESSAGING-ANY-RECORD
 */
export function rawRecord(topic: TopicName, partition: number, message: KafkaMessage): RawRecord {
  const { offset, timestamp, key, value, headers } = message;
  return { topic, partition, offset, timestamp: instantOf(timestamp), key, value, headers: headerList(headers) };
}

/** System milliseconds that a date and a database can hold. */
function instantOf(timestamp: string): number {
  const milliseconds = Number(timestamp);
  return Number.isFinite(milliseconds) ? Math.min(Math.max(milliseconds, 0), latest) : 0;
}

const latest = Date.parse('9999-12-31T23:59:59.999Z');

function headerList(headers: KafkaMessage['headers']): [string, Buffer][] {
  return Object.entries(headers ?? {}).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value): [string, Buffer] => [name, bufferOf(value)]),
  );
}

/** kafkajs's types know no header without a value; its reader gives null. */
function bufferOf(value: Buffer | string | null | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value ?? '');
}

/** kafkajs's batches have the offset that was asked for; its types do not. */
export function fetchedOffset(batch: Batch & { readonly fetchedOffset?: string }): string {
  return batch.fetchedOffset ?? batch.firstOffset() ?? batch.highWatermark;
}
