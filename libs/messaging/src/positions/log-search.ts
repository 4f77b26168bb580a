import { randomUUID } from 'node:crypto';
import type { RawRecord } from '../records/codec.ts';
import { factFingerprint } from '../records/fact-fingerprint.ts';
import { InfrastructureFailure } from '../dead-letters/failures.ts';
import { GroupConsumer } from '../groups/group-consumer.ts';
import type { ServiceConnection } from '../logger.ts';
import type { ReadPartition } from './position-rows.ts';
import type { PartitionBounds } from './reading-position.ts';
import type { SqlTransaction } from '../sql.ts';

/** A record that was read of the earlier log. */
export interface KnownRecord {
  readonly offset: bigint;
  readonly fingerprint: Uint8Array;
}

/** The records of a partition whose fingerprints are kept: the last one and every thousandth; lowest offset first. */
export async function knownRecords(tx: SqlTransaction, at: ReadPartition): Promise<KnownRecord[]> {
  const rows = await tx.$queryRawUnsafe<{ offset: string; fingerprint: Uint8Array }[]>(
    `SELECT "offset"::text AS offset, fingerprint FROM (
       SELECT "offset", fingerprint FROM position_mark
       WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int
       UNION
       SELECT next - 1, fingerprint FROM reading_position
       WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int AND fingerprint IS NOT NULL) AS known
     ORDER BY known."offset"`,
    at.consumer,
    at.topic,
    at.partition,
  );
  return rows.map(({ offset, fingerprint }) => ({ offset: BigInt(offset), fingerprint }));
}

/** Where a new generation of a partition begins. */
export interface Beginning {
  /** The offset of the first record that is to be read. */
  readonly next: bigint;
  /** The last known record that the log still holds; undefined when it holds none of them. */
  readonly shared: KnownRecord | undefined;
}

/** How long the broker may give nothing, in milliseconds. */
const silenceMs = 20_000;

/**
 * Looks for the last known record that the log at the broker still holds, and for the first record behind it; without
 * one, for the first record of the log. Two logs share what lies before their first difference, so that halving the known
 * records finds the last one.
 * @throws InfrastructureFailure when the broker gives nothing for 20 seconds.
 */
export async function findBeginning(
  connection: ServiceConnection,
  { topic, partition }: Pick<ReadPartition, 'topic' | 'partition'>,
  bounds: PartitionBounds,
  known: readonly KnownRecord[],
): Promise<Beginning> {
  const search = new LogSearch(bounds, known);
  if (search.over) return search.beginning;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const silence = setTimeout(() => reject(new InfrastructureFailure('the broker gives no records')), silenceMs);
  // The name of no group that stays: what a service reads is found by the names of its groups.
  const groupId = `${connection.namespace}${connection.service}-search.${randomUUID()}`;
  const consumer = new GroupConsumer(connection, {
    groupId,
    topics: [topic],
    concurrency: 1,
    commits: false,
    onAssigned: (_assigned, positioning) => positioning.seek(topic, partition, String(search.at)),
    take: (batch) => {
      silence.refresh();
      if (batch.partition !== partition) batch.rest(3 * silenceMs);
      else {
        if (BigInt(batch.from) === search.at) search.judge(batch.records[0]);
        if (search.over) resolve();
        else batch.seek(String(search.at));
      }
      return Promise.resolve();
    },
  });
  consumer.start();
  try {
    await promise;
    return search.beginning;
  } finally {
    clearTimeout(silence);
    await consumer.stop();
  }
}

/** Says which record of the log to look at next: the last known one first, in the end the first one behind what is shared. */
class LogSearch {
  readonly #known: readonly KnownRecord[];
  readonly #bounds: PartitionBounds;
  #from = 0;
  #to: number;
  #middle: number;
  #shared: KnownRecord | undefined;
  #next: bigint | undefined;

  constructor(bounds: PartitionBounds, known: readonly KnownRecord[]) {
    this.#bounds = bounds;
    this.#known = known.filter(({ offset }) => offset >= bounds.low && offset < bounds.end);
    this.#to = this.#known.length;
    this.#middle = this.#known.length - 1;
  }

  get over(): boolean {
    return this.#next !== undefined || this.at >= this.#bounds.end;
  }

  get beginning(): Beginning {
    return { next: this.#next ?? this.at, shared: this.#shared };
  }

  /** The offset to look at. */
  get at(): bigint {
    const known = this.#from < this.#to ? this.#known[this.#middle] : undefined;
    if (known !== undefined) return known.offset;
    return this.#shared === undefined ? this.#bounds.low : this.#shared.offset + 1n;
  }

  /** Takes the first record that the log has from `at` on. */
  judge(record: RawRecord | undefined): void {
    if (record === undefined) return;
    const known = this.#from < this.#to ? this.#known[this.#middle] : undefined;
    if (known === undefined) {
      this.#next = BigInt(record.offset);
      return;
    }
    if (BigInt(record.offset) === known.offset && factFingerprint(record).equals(known.fingerprint)) {
      this.#shared = known;
      this.#from = this.#middle + 1;
    } else this.#to = this.#middle;
    this.#middle = Math.floor((this.#from + this.#to) / 2);
  }
}
