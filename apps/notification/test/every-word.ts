import { randomUUID } from 'node:crypto';
import { bareKafka, eventually } from '@recapito/testing';

/** Every record of every topic of a namespace, as text: keys, headers and values. */
export async function everyRecord(namespace: string): Promise<string> {
  const kafka = bareKafka();
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((name) => name.startsWith(namespace));
  const ends = (await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))).flat();
  await admin.disconnect();
  const total = ends.reduce((sum, { offset, low }) => sum + Number(offset) - Number(low), 0);

  const texts: string[] = [];
  const consumer = kafka.consumer({ groupId: `${namespace}spec-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, headers, value } }) => {
      const named = Object.entries(headers ?? {}).map(([name, each]) => `${name}: ${String(each)}`);
      texts.push([key?.toString(), ...named, value?.toString()].join('\n'));
    },
  });
  await eventually(() => texts.length >= total);
  await consumer.disconnect();
  return texts.join('\n');
}
