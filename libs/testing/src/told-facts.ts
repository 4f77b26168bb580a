import type { TopicName } from '@recapito/contracts';
import type { PrismaClientLike } from '@recapito/database';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/** A fact as it lies in the outbox of the service that told it. */
export interface ToldFact {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly sequence: number;
  readonly time: Instant;
  readonly data: Record<string, unknown>;
}

interface StoredFact {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly sequence: number;
  readonly time: Date;
  readonly value: string;
}

/** Every fact in an outbox on a topic, about a key where one is given, in order. */
export async function toldFacts(client: PrismaClientLike, topic: TopicName, key?: string): Promise<ToldFact[]> {
  const rows = await client.$queryRawUnsafe<StoredFact[]>(
    `SELECT id::text, topic, key, type, sequence::int, time, value FROM outbox
       WHERE topic = $1::text AND key = coalesce($2::text, key) ORDER BY seq`,
    topic,
    key ?? null,
  );
  return rows.map(({ value, time, ...row }) => ({
    ...row,
    time: instant(time.getTime()),
    data: JSON.parse(value) as Record<string, unknown>,
  }));
}
