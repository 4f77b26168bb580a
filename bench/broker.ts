import { ensureTopics, physicalTopic } from '@recapito/messaging';
import type { Brokers } from '@recapito/messaging';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Message } from 'kafkajs';
import type { TopicName } from '@recapito/contracts';

/** A bare client, as who uses kafkajs by itself would have it. */
export function bareKafka(brokers: Brokers): Kafka {
  return new Kafka({ clientId: 'bench', ...brokers.clientSettings(), logLevel: logLevel.NOTHING });
}

const recordsASend = 2_000;

/** Makes a topic and lays `count` records on it before anything is measured. */
export async function fillTopic(
  brokers: Brokers,
  namespace: string,
  { topic, count, record }: { topic: TopicName; count: number; record: (nth: number) => Message },
): Promise<void> {
  await ensureTopics(brokers, namespace, [topic]);
  const producer = bareKafka(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (let from = 1; from <= count; from += recordsASend) {
      const length = Math.min(recordsASend, count - from + 1);
      const messages = Array.from({ length }, (_, index) => record(from + index));
      await producer.send({ topic: physicalTopic(namespace, topic), acks: -1, messages });
    }
  } finally {
    await producer.disconnect();
  }
}
