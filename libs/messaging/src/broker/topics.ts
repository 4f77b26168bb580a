import type { TopicName } from '@recapito/contracts';
import { partitions, topics } from '@recapito/contracts';
import type { Admin, ITopicConfig } from 'kafkajs';
import type { Brokers } from './brokers.ts';
import { kafkaClient } from './kafka.ts';
import type { MessagingLogger } from '../logger.ts';

/** The topic's name at the broker. */
export function physicalTopic(namespace: string, topic: TopicName): string {
  return `${namespace}${topic}`;
}

/** The consumer group in which the processes of a service share the partitions of all topics that it reads. */
export function groupOf(namespace: string, service: string): string {
  return `${namespace}${service}`;
}

/** The group for one topic, as earlier releases had it: it knows how far a topic was read before there were positions. */
export function formerGroupOf(namespace: string, service: string, topic: TopicName): string {
  return `${namespace}${service}.${topic}`;
}

/** Records of compacted topics that are younger are not cleaned away: more than twice the time between two censuses. */
const minCompactionLagMs = 3 * 3_600_000;

/**
 * Creates the topics that are missing: twelve partitions, kept for ever, compacted where contracts say so. Does nothing
 * to those that exist. Several processes may call it at once.
 */
export async function ensureTopics(
  brokers: Brokers,
  namespace: string,
  names: readonly TopicName[],
  logger?: MessagingLogger,
): Promise<void> {
  const admin = kafkaClient({ clientId: 'topics', brokers, logger }).admin();
  try {
    await admin.connect();
    await createMissing(admin, namespace, names);
  } finally {
    await admin.disconnect();
  }
}

async function createMissing(admin: Admin, namespace: string, names: readonly TopicName[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = names.filter((name) => !existing.has(physicalTopic(namespace, name)));
  if (missing.length === 0) return;
  try {
    await admin.createTopics({ topics: missing.map((name) => topicConfig(namespace, name)), waitForLeaders: true });
  } catch (error) {
    // Another process was faster for at least one of them: one at a time, so that the others still come to be.
    for (const name of missing) await createUnlessThere(admin, topicConfig(namespace, name), error);
  }
  for (const name of missing) await untilServed(admin, physicalTopic(namespace, name));
}

/** A topic that was just created has leaders on paper before they answer. */
async function untilServed(admin: Admin, topic: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 20)))
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
}

async function createUnlessThere(admin: Admin, topic: ITopicConfig, first: unknown): Promise<void> {
  if ((await admin.listTopics()).includes(topic.topic)) return;
  try {
    await admin.createTopics({ topics: [topic], waitForLeaders: true });
  } catch {
    if (!(await admin.listTopics()).includes(topic.topic)) throw first;
  }
}

function topicConfig(namespace: string, name: TopicName): ITopicConfig {
  return {
    topic: physicalTopic(namespace, name),
    numPartitions: partitions,
    configEntries: [
      { name: 'retention.ms', value: '-1' },
      { name: 'cleanup.policy', value: topics[name].compacted ? 'compact' : 'delete' },
      ...(topics[name].compacted ? [{ name: 'min.compaction.lag.ms', value: String(minCompactionLagMs) }] : []),
    ],
  };
}
