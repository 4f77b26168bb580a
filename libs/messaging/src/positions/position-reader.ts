import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '../records/codec.ts';
import { Cursor } from '../facts/cursor.ts';
import { factFingerprint } from '../records/fact-fingerprint.ts';
import type { FactStrategyOptions } from '../facts/fact-strategy-options.ts';
import { infrastructurePause } from '../dead-letters/failures.ts';
import type { PartitionBatch, Positioning } from '../groups/group-plan.ts';
import { KeptAdmin } from '../broker/kept-admin.ts';
import { words } from '../logger.ts';
import { stopPartition } from './partition-stop.ts';
import type { FirstOffsets, ReadPartition } from './position-rows.ts';
import { insertFirstPositions, readPosition } from './position-rows.ts';
import { continuationOf, resumeAt } from './reading-position.ts';
import type { BreakCause, PartitionBounds, ReadingPosition } from './reading-position.ts';
import type { SqlTransaction } from '../sql.ts';
import { StartOffsets } from '../groups/start-offsets.ts';
import type { DecimalBounds } from '../groups/start-offsets.ts';
import { formerGroupOf, physicalTopic } from '../broker/topics.ts';

/** How soon a stopped partition is looked at again: an operator may have opened its next generation. */
const stoppedPauseMs = 2_000;

/**
 * Takes records of a partition that continue its position, in order. Each is done when it had its effect, with the
 * cursor moved in the same transaction.
 * @returns `moved` when another process has moved the position.
 */
export type TakeRecords = (
  records: readonly RawRecord[],
  batch: PartitionBatch,
  cursor: Cursor,
) => Promise<'moved' | 'taken'>;

/**
 * Reads the partitions of a service's topics from the positions in the service's database, never from the offsets at the broker.
 * A partition that does not continue what was read of it stops; the others go on.
 * @rule POSITION-BREAK
 */
export class PositionReader<Tx extends SqlTransaction> {
  readonly #options: FactStrategyOptions<Tx>;
  readonly #take: TakeRecords;
  readonly #admin: KeptAdmin;
  readonly #starts: StartOffsets;
  /** By `topic/partition`; none while it is stopped or not yet positioned. */
  readonly #cursors = new Map<string, Cursor>();
  #assigned: Parameters<StartOffsets['assign']> | undefined;

  constructor(options: FactStrategyOptions<Tx>, take: TakeRecords) {
    this.#options = options;
    this.#take = take;
    const { service, brokers, logger } = options;
    this.#admin = new KeptAdmin({ clientId: `${service}-positions`, brokers, logger });
    this.#starts = new StartOffsets(options, {
      offsetOf: (topic, partition, bounds) => this.#start(this.#at({ topic, partition }), boundsOf(bounds)),
      onFailed: (error, topic) => logger.warn({ topic, error: words(error) }, 'positions could not be read'),
    });
  }

  /** Holds what was assigned back until the positions are known. */
  assign(assigned: ReadonlyMap<TopicName, readonly number[]>, positioning: Positioning): void {
    this.#cursors.clear();
    this.#assigned = [assigned, positioning];
    this.#starts.assign(assigned, positioning);
  }

  /** The positions of the partitions that are read here, as their rows were saved last, by `topic/partition`. */
  saved(): Map<string, bigint> {
    return new Map([...this.#cursors].map(([name, { saved }]) => [name, saved]));
  }

  /** Reads on from the positions in the database, also where no record comes. */
  positionAgain(): void {
    if (this.#assigned !== undefined) this.assign(...this.#assigned);
  }

  /** Compares what comes next with the positions: when nothing was read for a while, the logs may be others. */
  compareAgain(): void {
    this.#cursors.clear();
  }

  /** Gives up what is still to be positioned. */
  end(): void {
    this.#starts.end();
  }

  async close(): Promise<void> {
    await this.#starts.ended();
    await this.#admin.close();
  }

  async take(batch: PartitionBatch): Promise<void> {
    try {
      await this.#takeBatch(batch);
    } catch (error) {
      const { topic, partition } = batch;
      this.#options.logger.warn({ topic, partition, error: words(error) }, 'a partition is positioned again');
      batch.rest(infrastructurePause(3));
    }
  }

  async #takeBatch(batch: PartitionBatch): Promise<void> {
    const cursor = this.#cursors.get(nameOf(batch));
    if (cursor === undefined) return this.#reposition(batch);
    const { next } = cursor.at;
    const from = BigInt(batch.from);
    if (from !== next && from !== next - 1n) return this.#reposition(batch);
    const { compacted } = topics[batch.topic];
    const { due, cause } = continuationOf(cursor.at, { from, records: batch.records, compacted }, hasFingerprint);
    const seen = batch.records[0];
    // The record before the position is the one that was read: only now is it done here too.
    if (cause === null && seen !== undefined && BigInt(seen.offset) < next) batch.done(seen.offset);
    if (due.length > 0 && (await this.#take(due, batch, cursor)) === 'moved') return this.#reposition(batch);
    // The batch ended early: by the time that the partition is read again, its log may be another one.
    if (!batch.live()) this.#cursors.delete(nameOf(batch));
    if (cause === null || !batch.live()) return;
    const at = this.#at(batch);
    const position = await this.#options.transaction((tx) => readPosition(tx, at));
    if (position?.next !== cursor.at.next || position.stopped !== null) return this.#reposition(batch);
    await this.#break(at, position, cause);
    batch.rest(stoppedPauseMs);
  }

  /** Asks the broker for the bounds of a partition. */
  async boundsOf(topic: TopicName, partition: number): Promise<PartitionBounds> {
    return boundsOf((await this.#starts.bounds(topic)).get(partition));
  }

  /** Reads the position anew and goes on from there; a stopped partition is looked at again later. */
  async #reposition(batch: PartitionBatch): Promise<void> {
    const offset = await this.#start(this.#at(batch), await this.boundsOf(batch.topic, batch.partition));
    if (!this.#cursors.has(nameOf(batch))) batch.rest(stoppedPauseMs);
    else batch.seek(offset);
  }

  /** The offset to read a partition from. Of a stopped one it is the first that the broker has. */
  async #start(at: ReadPartition, bounds: PartitionBounds): Promise<string> {
    this.#cursors.delete(nameOf(at));
    const { compacted } = topics[at.topic];
    for (let wasShort: bigint | null = null, known = bounds; ;) {
      const position = await this.#position(at);
      if (position.stopped !== null) return String(known.low);
      const resumed = resumeAt(position, known, { compacted, wasShort });
      if (typeof resumed === 'object') {
        this.#cursors.set(nameOf(at), new Cursor(at, position));
        return String(resumed.offset);
      }
      if (resumed === 'short') {
        wasShort = position.next;
        known = await this.boundsOf(at.topic, at.partition);
      } else await this.#break(at, position, resumed);
    }
  }

  async #position(at: ReadPartition): Promise<ReadingPosition> {
    const known = await this.#options.transaction((tx) => readPosition(tx, at));
    if (known !== undefined) return known;
    const firsts = await this.#firstOffsets(at);
    return this.#options.transaction(async (tx) => {
      await insertFirstPositions(tx, at, firsts);
      const position = await readPosition(tx, at);
      if (position === undefined) throw new Error('the position was not saved');
      return position;
    });
  }

  /** The first record of each partition of a topic, and what an earlier release has committed of it at the broker. */
  async #firstOffsets({ topic }: ReadPartition): Promise<FirstOffsets[]> {
    const { namespace, service } = this.#options;
    const groupId = formerGroupOf(namespace, service, topic);
    const asked = { groupId, topics: [physicalTopic(namespace, topic)] };
    const [found] = await this.#admin.ask((admin) => admin.fetchOffsets(asked));
    const offsets = new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    return [...(await this.#starts.bounds(topic))].map(([partition, { low }]) => {
      const committed = offsets.get(partition) ?? -1n;
      return { partition, low: BigInt(low), committed: committed < 0n ? null : committed };
    });
  }

  async #break(at: ReadPartition, position: ReadingPosition, cause: BreakCause): Promise<void> {
    this.#cursors.delete(nameOf(at));
    const { transaction, now, logger } = this.#options;
    const stopped = await transaction((tx) => stopPartition(tx, at, { position, cause, now: now() }));
    const { topic, partition } = at;
    if (stopped)
      logger.error({ topic, partition, next: String(position.next), cause }, 'the reading of a partition stops');
  }

  #at({ topic, partition }: Pick<ReadPartition, 'topic' | 'partition'>): ReadPartition {
    return { consumer: this.#options.service, topic, partition };
  }
}

function nameOf({ topic, partition }: Pick<ReadPartition, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}

function boundsOf(bounds: DecimalBounds | undefined): PartitionBounds {
  return { low: BigInt(bounds?.low ?? 0), end: BigInt(bounds?.end ?? 0) };
}

function hasFingerprint(record: RawRecord, fingerprint: Uint8Array): boolean {
  return factFingerprint(record).equals(fingerprint);
}
