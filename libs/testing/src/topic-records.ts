import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { TopicName } from '@recapito/contracts';
import { type Brokers, physicalTopic } from '@recapito/messaging';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaMessage, Message } from 'kafkajs';
import { eventually } from './eventually.ts';
import { servers } from './servers.ts';

/** Where a topic is: by default at the broker of the run. */
export interface TopicPlace {
  readonly namespace: string;
  readonly brokers?: Brokers;
}

type BareHeader = string | Buffer | null;

/** A record to be put on a topic as it is; a header may lack a value, or stand several times. */
export interface BareRecord {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, BareHeader | readonly BareHeader[]>>;
  readonly timestamp?: string;
  /** Chosen by the key when left out. */
  readonly partition?: number;
}

export type FoundRecord = KafkaMessage & { readonly partition: number };

/** A bare client, for what no service of ours would do: the broker's administrator, unless other `brokers` are given. */
export function bareKafka(brokers: Brokers = servers().kafkaBrokers): Kafka {
  return new Kafka({ clientId: 'spec', ...brokers.clientSettings(), logLevel: logLevel.NOTHING });
}

/** Puts records on a topic as they are. */
export async function produceBare(
  { namespace, brokers }: TopicPlace,
  topic: TopicName,
  records: readonly BareRecord[],
): Promise<void> {
  const producer = bareKafka(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (const messages of inRequests(records))
      await producer.send({ topic: physicalTopic(namespace, topic), messages });
  } finally {
    await producer.disconnect();
  }
}

/** The records in portions that the broker takes at once: it refuses a batch above a megabyte. */
function inRequests(records: readonly BareRecord[]): Message[][] {
  const requests: Message[][] = [[]];
  let size = 0;
  for (const record of records) {
    const own = (record.value?.length ?? 0) + (record.key?.length ?? 0) + 40_000;
    size += own;
    if (size > 700_000) {
      requests.push([]);
      size = own;
    }
    requests.at(-1)?.push({ ...record, headers: withMissingValues(record.headers) });
  }
  return requests;
}

type Headers = NonNullable<Message['headers']>;

function withMissingValues(headers: BareRecord['headers'] = {}): Headers {
  const written = (value: BareHeader) => value ?? noValue;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSeveral(value) ? value.map(written) : written(value)]),
  );
}

function isSeveral(value: BareHeader | readonly BareHeader[]): value is readonly BareHeader[] {
  return Array.isArray(value);
}

/** Stands for the value of a header that has none. */
const noValue = Buffer.alloc(0);

interface Encoder {
  writeVarIntBytes(this: Encoder, value: Buffer | string | null): Encoder;
}

// kafkajs cannot produce a header without a value, which Kafka allows and other clients send: it writes one here.
const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/encoder') as { prototype: Encoder };
const write = Object.getOwnPropertyDescriptor(prototype, 'writeVarIntBytes')?.value as Encoder['writeVarIntBytes'];
prototype.writeVarIntBytes = function (value) {
  return write.call(this, value === noValue ? null : value);
};

/** All records of a topic as they lie at the broker, in order per partition. */
export async function recordsOf({ namespace, brokers }: TopicPlace, topic: TopicName): Promise<FoundRecord[]> {
  const name = physicalTopic(namespace, topic);
  const kafka = bareKafka(brokers);
  const expected = await countRecords(kafka, name);
  const records: FoundRecord[] = [];
  if (expected === 0) return records;
  const consumer = kafka.consumer({ groupId: `${name}.spec.${randomUUID()}`, maxWaitTimeInMs: 50 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [name], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ partition, message }) => {
            records.push({ ...message, partition });
            if (records.length >= expected) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** @throws when there is no such topic; the connection is closed in any case, or it would hold the process of the spec. */
async function countRecords(kafka: Kafka, name: string): Promise<number> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(name);
    return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}

/** Deletes topics with their records, and waits until the broker has none of them: until then it takes records into the old ones. */
export async function deleteTopics({ namespace, brokers }: TopicPlace, topics: readonly TopicName[]): Promise<void> {
  const names = topics.map((topic) => physicalTopic(namespace, topic));
  const admin = bareKafka(brokers).admin();
  try {
    await admin.connect();
    await admin.deleteTopics({ topics: names });
    await eventually(async () => {
      const left = await admin.listTopics();
      return !names.some((name) => left.includes(name));
    });
  } finally {
    await admin.disconnect();
  }
}
