import type { TopicName } from '@recapito/contracts';
import type { ReadFact } from './forgotten.ts';
import { KeptAdmin } from '../broker/kept-admin.ts';
import type { ServiceConnection } from '../logger.ts';
import { ownFactOf } from './own-facts.ts';
import type { PartitionEnds } from './own-tails.ts';
import { readSpans } from '../followers/span-reader.ts';
import { physicalTopic } from '../broker/topics.ts';

/**
 * Reads a compacted topic that the service writes, from its first record to where it ends at the call: all that was ever
 * stated and not replaced. A database that was put back adopts from it what is newer than its rows.
 * @param take is given the facts of one partition, in order; the next ones are read when it has resolved.
 * @throws InfrastructureFailure when the broker gives nothing for 20 seconds; whatever `take` throws.
 */
export async function readOwnStates(
  connection: ServiceConnection,
  topic: TopicName,
  take: (facts: readonly ReadFact[]) => Promise<void>,
): Promise<void> {
  const { service, namespace } = connection;
  const admin = new KeptAdmin({ clientId: `${service}-own-states`, ...connection });
  try {
    const ends = await endsOfTopic(admin, namespace, topic);
    const spans = ends.map(({ low, high, ...place }) => ({ ...place, from: low, to: high }));
    await readSpans(connection, spans, (records) =>
      take(records.map((record) => ownFactOf(service, record)).filter((fact) => fact !== undefined)),
    );
  } finally {
    await admin.close();
  }
}

/** How the partitions of a topic are now. @param topic its logical name. */
export async function endsOfTopic(admin: KeptAdmin, namespace: string, topic: TopicName): Promise<PartitionEnds[]> {
  const offsets = await admin.ask((broker) => broker.fetchTopicOffsets(physicalTopic(namespace, topic)));
  return offsets.map(({ partition, low, high }) => ({ topic, partition, low: BigInt(low), high: BigInt(high) }));
}
