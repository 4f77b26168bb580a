import { randomUUID } from 'node:crypto';
import type { TopicName } from '@recapito/contracts';
import { physicalTopic } from '@recapito/messaging';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaMessage } from 'kafkajs';
import { servers } from './servers.ts';

/** Where a topic is: by default at the broker of the run. */
export interface TopicPlace {
  readonly namespace: string;
  readonly brokers?: readonly string[];
}

/** A record to be put on a topic as it is. */
export interface BareRecord {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: Record<string, string | Buffer>;
  readonly timestamp?: string;
}

export type FoundRecord = KafkaMessage & { readonly partition: number };

/** A bare client, for what no service of ours would do. */
export function bareKafka(brokers: readonly string[] = servers().kafkaBrokers): Kafka {
  return new Kafka({ clientId: 'spec', brokers: [...brokers], logLevel: logLevel.NOTHING });
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
    await producer.send({ topic: physicalTopic(namespace, topic), messages: [...records] });
  } finally {
    await producer.disconnect();
  }
}

/** All records of a topic as they lie at the broker, in order per partition. */
export async function recordsOf({ namespace, brokers }: TopicPlace, topic: TopicName): Promise<FoundRecord[]> {
  const name = physicalTopic(namespace, topic);
  const kafka = bareKafka(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(name);
  await admin.disconnect();
  const expected = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const records: FoundRecord[] = [];
  if (expected === 0) return records;
  const consumer = kafka.consumer({ groupId: `${name}.spec.${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [name], fromBeginning: true });
  try {
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
