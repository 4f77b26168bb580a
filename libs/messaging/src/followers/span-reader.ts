import { randomUUID } from 'node:crypto';
import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '../records/codec.ts';
import { InfrastructureFailure } from '../dead-letters/failures.ts';
import { GroupConsumer } from '../groups/group-consumer.ts';
import type { ServiceConnection } from '../logger.ts';

/** Consecutive offsets of a partition, from `from` up to and without `to`. */
export interface Span {
  readonly topic: TopicName;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** How long nothing may arrive before reading is given up, in milliseconds. */
const silenceMs = 20_000;

/**
 * Reads spans of topics, each once, with a group of its own that holds no offsets, so that the broker removes it by itself.
 * @param take is given the records of one partition, in order; the next ones are read when it has resolved.
 * @throws InfrastructureFailure when the broker gives nothing for 20 seconds; whatever `take` throws.
 */
export async function readSpans(
  connection: ServiceConnection,
  spans: readonly Span[],
  take: (records: readonly RawRecord[]) => Promise<void>,
): Promise<void> {
  const open = new Map(spans.filter(({ from, to }) => from < to).map((span) => [placeOf(span), span]));
  if (open.size === 0) return;
  const topics = [...new Set([...open.values()].map(({ topic }) => topic))];
  // The name of no group that stays: what a service reads is found by the names of its groups.
  const groupId = `${connection.namespace}${connection.service}-own-topics.${randomUUID()}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let silence = setTimeout(() => undefined, 0);
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => reject(new InfrastructureFailure('own topics cannot be read')), silenceMs);
  };
  listen();
  const consumer = new GroupConsumer(connection, {
    groupId,
    topics,
    concurrency: 1,
    commits: false,
    onAssigned: (assigned, positioning) => {
      for (const [topic, partitions] of assigned)
        for (const partition of partitions) {
          const span = open.get(placeOf({ topic, partition }));
          if (span !== undefined) positioning.seek(topic, partition, String(span.from));
        }
    },
    take: async (batch) => {
      const { topic, partition, records } = batch;
      const span = open.get(placeOf({ topic, partition }));
      const last = records.at(-1);
      if (last === undefined) return;
      if (span !== undefined)
        try {
          listen();
          await take(records.filter(({ offset }) => BigInt(offset) >= span.from && BigInt(offset) < span.to));
          if (BigInt(last.offset) + 1n >= span.to) open.delete(placeOf(span));
          else open.set(placeOf(span), { ...span, from: BigInt(last.offset) + 1n });
          if (open.size === 0) resolve();
        } catch (error) {
          return reject(error instanceof Error ? error : new Error(String(error)));
        }
      batch.done(last.offset);
    },
  });
  consumer.start();
  try {
    await promise;
  } finally {
    clearTimeout(silence);
    await consumer.stop();
  }
}

/** Names a partition in a map. */
export function placeOf({ topic, partition }: Pick<Span, 'topic' | 'partition'>): string {
  return `${topic} ${partition}`;
}
