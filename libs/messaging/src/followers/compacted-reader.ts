import { randomUUID } from 'node:crypto';
import type { EventDefinition, Fact } from '@recapito/contracts';
import { decodeEnvelope, decodeFact } from '../records/codec.ts';
import type { Envelope, RawRecord } from '../records/codec.ts';
import { classify, InfrastructureFailure, infrastructurePause } from '../dead-letters/failures.ts';
import { GroupConsumer } from '../groups/group-consumer.ts';
import type { PartitionBatch } from '../groups/group-plan.ts';
import { endsOf, KeptAdmin } from '../broker/kept-admin.ts';
import type { ServiceConnection } from '../logger.ts';
import { words } from '../logger.ts';
import { Pause } from '../pause.ts';
import { groupOf, physicalTopic } from '../broker/topics.ts';

/** Takes a record from the partition in which it stands. */
export type TakeRecord<Data> = (fact: Fact<Data>, partition: number) => void | Promise<void>;

/** Reads the records of one type. */
export interface RecordReader {
  readonly type: string;
  read(envelope: Envelope, record: RawRecord): void | Promise<void>;
}

/** A reader of the records that a definition describes. */
export function recordReader<Data>(definition: EventDefinition<Data>, onRecord: TakeRecord<Data>): RecordReader {
  return {
    type: definition.type,
    read: (envelope, record) => onRecord(decodeFact(definition, envelope, record), record.partition),
  };
}

export interface CompactedReaderOptions<Data> extends ServiceConnection {
  /**
   * Called for each record from the beginning, in order per key, and then for what comes. The same record may come
   * twice: apply what has a higher `sequence`, ignore the rest. An error is logged and the record tried again when it
   * is one of infrastructure; otherwise the record is counted as a fault and passed over.
   */
  readonly onRecord: TakeRecord<Data>;
  /** Records of further types on the same topic, in their order among the others of the partition. */
  readonly also?: readonly RecordReader[];
  /** Called for a tombstone. */
  readonly onRetracted?: (key: string) => void | Promise<void>;
  /**
   * Called when the topic ends below what was read of it: it was made again, and its records come from the first on. What
   * was applied before may be more than the topic says now.
   * @rule READER-SHRUNK
   */
  readonly onShrunk?: () => void;
  /** Called once, when all that was there at the start has been applied. */
  readonly onFresh?: () => void;
}

export interface CompactedReaderState {
  readonly ready: boolean;
  readonly connected: boolean;
  readonly applied: number;
  /** Records that could not be read or applied: anything but 0 is an alarm. */
  readonly faults: number;
}

/** A follower that holds what a compacted topic says. */
export interface CompactedReader {
  /** All that was there at the start has been applied. */
  ready(): boolean;
  /** Resolves when `ready`. */
  readonly whenReady: Promise<void>;
  /** Milliseconds by the system clock since the broker last answered a fetch; Infinity before the first. */
  age(): number;
  state(): CompactedReaderState;
  /**
   * Resolves when all that the topic held at the moment of the call has been applied: what somebody caused by it is
   * then known here.
   * @throws InfrastructureFailure when that cannot be had within so many milliseconds.
   */
  caughtUp(withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Somebody who waits until the reader has come so far. */
interface Waiter {
  readonly ends: ReadonlyMap<number, bigint>;
  readonly done: () => void;
}

/**
 * Reads a compacted topic whole and follows it, with a group of its own that is never committed: each process has all
 * of it. It outlives the broker: what was applied stays, `age` grows, and reading goes on where it stood.
 */
export function readCompacted<Data>(
  definition: EventDefinition<Data>,
  options: CompactedReaderOptions<Data>,
): CompactedReader {
  return new Follower(definition, options);
}

class Follower<Data> implements CompactedReader {
  readonly #definition: EventDefinition<Data>;
  readonly #options: CompactedReaderOptions<Data>;
  readonly #readers: ReadonlyMap<string, RecordReader>;
  readonly #consumer: GroupConsumer;
  readonly #retry = new Pause();
  readonly #next = new Map<number, bigint>();
  readonly #admin: KeptAdmin;
  readonly #waiters = new Set<Waiter>();
  #ends: ReadonlyMap<number, bigint> | undefined;
  #asking = false;
  /** Has every partition read from its first record. */
  #rewind: () => void = () => undefined;
  #stopped = false;
  #ready = false;
  #applied = 0;
  #faults = 0;
  #resolveReady: () => void = () => undefined;
  readonly whenReady = new Promise<void>((resolve) => (this.#resolveReady = resolve));

  constructor(definition: EventDefinition<Data>, options: CompactedReaderOptions<Data>) {
    this.#definition = definition;
    this.#options = options;
    const readers = [recordReader(definition, options.onRecord), ...(options.also ?? [])];
    this.#readers = new Map(readers.map((reader) => [reader.type, reader]));
    const { topic } = definition;
    const { service, brokers, logger } = options;
    this.#admin = new KeptAdmin({ clientId: `${service}-follower`, brokers, logger });
    this.#consumer = new GroupConsumer(options, {
      groupId: `${groupOf(options.namespace, options.service)}.${topic}.${randomUUID()}`,
      topics: [topic],
      concurrency: 1,
      commits: false,
      onAssigned: (assigned, positioning) => {
        const partitions = assigned.get(topic) ?? [];
        this.#rewind = () => partitions.forEach((partition) => positioning.seek(topic, partition, '0'));
        for (const partition of partitions) {
          const next = this.#next.get(partition);
          if (next !== undefined) positioning.seek(topic, partition, String(next));
        }
        if (!this.#asking && !this.#ends) void this.#askEnds();
      },
      take: (batch) => this.#take(batch),
    });
    this.#consumer.start();
  }

  ready(): boolean {
    return this.#ready;
  }

  age(): number {
    return this.#consumer.ageMs ?? Number.POSITIVE_INFINITY;
  }

  state(): CompactedReaderState {
    return {
      ready: this.#ready,
      connected: this.#consumer.connected,
      applied: this.#applied,
      faults: this.#faults,
    };
  }

  async caughtUp(withinMs: number): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const failure = new InfrastructureFailure(`${this.#definition.topic} was not read to its end in time`);
      late = setTimeout(() => reject(failure), withinMs);
    });
    try {
      await Promise.race([this.#reachEnds(), tooLate]);
    } finally {
      clearTimeout(late);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry.end();
    await this.#consumer.stop();
    // The group was ours alone. It holds no offsets, so that the broker removes it by itself: a service may delete nothing.
    await this.#admin.close();
  }

  async #take(batch: PartitionBatch): Promise<void> {
    const [first] = batch.records;
    const next = this.#next.get(batch.partition);
    if (first !== undefined && next !== undefined && BigInt(first.offset) < next) return this.#beginAgain();
    for (const record of batch.records) {
      if (!(await this.#apply(record, batch))) return;
      batch.done(record.offset);
      this.#next.set(batch.partition, BigInt(record.offset) + 1n);
    }
    this.#checkReady();
    for (const waiter of this.#waiters) this.#release(waiter);
  }

  async #apply(record: RawRecord, batch: PartitionBatch): Promise<boolean> {
    for (let tries = 1; batch.live(); tries += 1) {
      try {
        if (record.value === null) await this.#options.onRetracted?.(record.key?.toString('utf8') ?? '');
        else await this.#read(record);
        this.#applied += 1;
        return true;
      } catch (error) {
        const { topic, partition, offset } = record;
        this.#options.logger.error({ topic, partition, offset, error: words(error) }, 'a record was not applied');
        if (classify(error) !== 'infrastructure') {
          this.#faults += 1;
          return true;
        }
        await batch.wait(infrastructurePause(tries));
      }
    }
    return false;
  }

  async #read(record: RawRecord): Promise<void> {
    const envelope = decodeEnvelope(record);
    const reader = this.#readers.get(envelope.type);
    if (reader === undefined) throw new TypeError(`the type ${envelope.type} does not belong here`);
    await reader.read(envelope, record);
  }

  /** Where the topic ended when this reader came to it: what has to be applied before it is ready. */
  async #askEnds(): Promise<void> {
    this.#asking = true;
    for (let tries = 1; !this.#ends && !this.#stopped; tries += 1)
      try {
        this.#ends = await this.#endsNow();
      } catch (error) {
        const { topic } = this.#definition;
        this.#options.logger.warn({ topic, error: words(error) }, 'the end of a topic is not known yet');
        await this.#retry.begin(infrastructurePause(tries));
      }
    this.#asking = false;
    this.#checkReady();
  }

  async #endsNow(): Promise<ReadonlyMap<number, bigint>> {
    const topic = physicalTopic(this.#options.namespace, this.#definition.topic);
    return this.#admin.ask((admin) => endsOf(admin, topic));
  }

  async #reachEnds(): Promise<void> {
    const ends = await this.#endsNow().catch((error: unknown) => {
      throw new InfrastructureFailure(`the end of ${this.#definition.topic} is not known`, { cause: error });
    });
    if (this.#isShorter(ends)) {
      this.#beginAgain();
      throw new InfrastructureFailure(`${this.#definition.topic} ends below what was read of it`);
    }
    await new Promise<void>((done) => {
      const waiter = { ends, done };
      this.#waiters.add(waiter);
      this.#release(waiter);
    });
  }

  #release(waiter: Waiter): void {
    if (!this.#hasReached(waiter.ends)) return;
    this.#waiters.delete(waiter);
    waiter.done();
  }

  #isShorter(ends: ReadonlyMap<number, bigint>): boolean {
    for (const [partition, next] of this.#next) if ((ends.get(partition) ?? 0n) < next) return true;
    return false;
  }

  /** The topic was made again: it is read from its first record, and not ready before its end now. */
  #beginAgain(): void {
    const { topic } = this.#definition;
    this.#options.logger.error(
      { topic },
      'a topic ends below what was read of it: it is read again from its beginning',
    );
    this.#next.clear();
    this.#ends = undefined;
    this.#ready = false;
    this.#options.onShrunk?.();
    // As many records as before may be there by now: then no fetch would be out of range.
    this.#rewind();
    if (!this.#asking) void this.#askEnds();
  }

  #hasReached(ends: ReadonlyMap<number, bigint>): boolean {
    for (const [partition, end] of ends) if ((this.#next.get(partition) ?? 0n) < end) return false;
    return true;
  }

  #checkReady(): void {
    if (this.#ready || !this.#ends || !this.#hasReached(this.#ends)) return;
    this.#ready = true;
    this.#options.onFresh?.();
    this.#resolveReady();
  }
}
