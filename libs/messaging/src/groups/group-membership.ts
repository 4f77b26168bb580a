import type { TopicName } from '@recapito/contracts';
import type { Consumer, ConsumerRunConfig } from 'kafkajs';
import type { ServiceConnection } from '../logger.ts';
import { Pause } from '../pause.ts';
import { ensureTopics, physicalTopic } from '../broker/topics.ts';

const joinPatienceMs = 3_000;

/** What a member of a group reads and how; whoever is `stopped` on the way in goes no further. */
export interface Entry {
  readonly topics: readonly TopicName[];
  readonly run: ConsumerRunConfig;
  readonly stopped: () => boolean;
}

/** Brings a consumer into its group, once the topics are there. */
export async function enterGroup(
  consumer: Consumer,
  { brokers, namespace, logger }: ServiceConnection,
  { topics, run, stopped }: Entry,
): Promise<void> {
  await ensureTopics(brokers, namespace, topics, logger);
  if (stopped()) return;
  await consumer.connect();
  if (stopped()) return;
  await consumer.subscribe({ topics: topics.map((topic) => physicalTopic(namespace, topic)), fromBeginning: true });
  await consumer.run(run);
}

/**
 * Takes a consumer out of its group. Nothing ends a kafkajs consumer that is still joining: whoever lets go of it then
 * leaves one that comes to life behind his back. Once it has joined it can leave in order; a broker that is away is
 * waited for less.
 */
export async function leaveGroup(consumer: Consumer, joining: Promise<void>): Promise<void> {
  const joinedOrNot = joining.catch(() => undefined);
  const patience = new Pause();
  await Promise.race([joinedOrNot, patience.begin(joinPatienceMs)]);
  patience.end();
  await consumer.disconnect().catch(() => undefined);
  await joinedOrNot;
  await consumer.disconnect().catch(() => undefined);
}
