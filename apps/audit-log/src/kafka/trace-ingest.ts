import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { BatchRunner } from '@recapito/messaging';
import type { BatchHandler, RawBatch, ServiceConnection } from '@recapito/messaging';
import type { DueWork, Finding, Health, Metrics, OnServiceStart, SuiteClock } from '@recapito/platform';
import { resumePartition } from '../application/resume-partition.ts';
import { takeBatch } from '../application/take-batch.ts';
import type { BulkTransactions } from '../persistence/bulk-transactions.ts';
import { countGenerations, readPositions, stoppedPartitions } from '../persistence/ingest.store.ts';
import type { Partition, StoppedPartition } from '../persistence/ingest.store.ts';

/** The trace reads every topic but its own checkpoints, which would never end, and the clock, which is no event. */
const readTopics = (Object.keys(topics) as TopicName[]).filter(
  (name) => name !== 'audit-log.checkpoints.v1' && name !== 'suite.clock.v1', // @rule TRACE-EVERY-TOPIC
);

/** What the ingest stands on. */
export interface IngestParts {
  readonly transactions: BulkTransactions;
  readonly clock: SuiteClock;
  readonly dueWork: DueWork;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Called when entries have been committed. */
  readonly onAppended?: () => void;
}

/** Without an answer from the broker for so long, events wait there. */
const staleMs = 30_000;

/** How soon a stopped partition is looked at again: an operator may have opened its next generation. */
const stoppedPauseMs = 2_000;

/** Appends every topic to the trace. Positions are in our database; the offsets at the broker serve its own tools alone. */
@Injectable()
export class TraceIngest implements BatchHandler, OnServiceStart, OnModuleDestroy {
  readonly #topics: readonly TopicName[];
  readonly #runner: BatchRunner;
  #appended = 0;
  #skipped = 0;
  /** Partitions that a first look found to end before their position, and that position. */
  readonly #short = new Map<string, number>();
  /** Partitions whose reading was sent back to their position, and that position. */
  readonly #sentBack = new Map<string, number>();
  /** Partitions of which this process has compared the records below the position. */
  readonly #compared = new Set<string>();

  constructor(
    private readonly parts: IngestParts,
    connection: ServiceConnection,
    topicsToRead: readonly TopicName[] = readTopics,
  ) {
    this.#topics = topicsToRead;
    this.#runner = new BatchRunner({ ...connection, topics: topicsToRead, handler: this, concurrency: 2 });
    this.#show();
  }

  onServiceStart(): void {
    this.#runner.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#runner.stop();
    await this.parts.transactions.close();
  }

  async position(topic: TopicName, partition: number, bounds: { low: string; end: string }): Promise<string> {
    const name = `${topic}/${partition}`;
    const command = {
      topic,
      partition,
      low: Number(bounds.low),
      end: Number(bounds.end),
      wasShort: this.#short.get(name) ?? null,
      first: !this.#compared.has(name),
      at: this.parts.clock.now(),
    };
    const resumed = await this.parts.transactions.run((tx) => resumePartition(tx, command));
    this.#short.delete(name);
    this.#sentBack.delete(name);
    if ('offset' in resumed) return String(resumed.offset);
    this.#short.set(name, resumed.short);
    // The runner asks again, with bounds that it fetches anew.
    throw new Error(`${name} ends before ${resumed.short}, to which it was read`);
  }

  /** Never seeks forward: what lies below the position is read past, so that nothing new can hide there. */
  async take(batch: RawBatch): Promise<string | { readonly pauseMs: number } | undefined> {
    const name = `${batch.topic}/${batch.partition}`;
    const command = { batch, at: this.parts.clock.now(), sentBackTo: this.#sentBack.get(name) ?? null };
    const taken = await this.parts.transactions.run((tx) => takeBatch(tx, command));
    this.#sentBack.delete(name);
    this.#appended += taken.appended;
    this.#skipped += taken.skipped;
    if (taken.appended > 0) this.parts.onAppended?.();
    if (taken.stopped !== null) return { pauseMs: stoppedPauseMs };
    if (taken.next < Number(batch.from)) {
      // The position went back: the database was put back, or another process opened a generation.
      this.#sentBack.set(name, taken.next);
      return String(taken.next);
    }
    if (Number(batch.records.at(-1)?.offset) + 1 >= taken.next) this.#compared.add(name);
    return undefined;
  }

  /** The first offset that the broker has of a partition; null when it has no such partition. */
  async firstOffset({ topic, partition }: Partition): Promise<number | null> {
    const name = this.#topics.find((one) => one === topic);
    if (name === undefined) return null;
    const bound = (await this.#runner.bounds(name)).get(partition);
    return bound === undefined ? null : Number(bound.low);
  }

  /** Of the partitions that are read: the log of a stopped one is another than that of its position. */
  positions(): Promise<Map<string, bigint>> {
    return this.parts.transactions.run(readPositions);
  }

  /** Records at the broker that are not in the trace yet. */
  lag(): Promise<number> {
    return this.#runner.lag();
  }

  #stopped(): Promise<StoppedPartition[]> {
    return this.parts.transactions.run(stoppedPartitions);
  }

  #show(): void {
    const { transactions, health, metrics, dueWork } = this.parts;
    health.register('ingest', () => this.#check());
    metrics.gauge('recapito_trace_lag_records', 'Records that are not in the trace yet', [], (gauge) =>
      gauge.set(this.#runner.state().lag),
    );
    metrics.counter('recapito_trace_records_total', 'Records by what became of them', ['outcome'], (counter) => {
      counter.inc({ outcome: 'appended' }, this.#appended);
      counter.inc({ outcome: 'known' }, this.#skipped);
    });
    metrics.gauge('recapito_trace_generations', 'New generations of partitions that were opened', [], async (gauge) =>
      gauge.set(await transactions.run(countGenerations)),
    );
    metrics.gauge(
      'recapito_trace_partitions_stopped',
      'Partitions that do not continue what was read of them, and wait for an operator',
      [],
      async (gauge) => gauge.set((await this.#stopped()).length),
    );
    // Events that are not in the trace must be filed under the day on which they came: the clock waits for them.
    dueWork.reads({ known: () => this.#runner.state().lag, asked: () => this.lag() });
    dueWork.count(() => ({ 'trace.appended': this.#appended, 'trace.known': this.#skipped }));
  }

  async #check(): Promise<Finding> {
    const { connected, ageMs, lag, lastError } = this.#runner.state();
    const [stopped, ...more] = await this.#stopped();
    const fine = connected && (ageMs ?? 0) <= staleMs && lastError === null && stopped === undefined;
    const found = { state: fine ? 'ok' : 'degraded', ageMs: ageMs ?? 0, lag } as const;
    if (stopped === undefined) return found;
    const cause = `${stopped.topic}/${stopped.partition} is not read on: ${stopped.cause}`;
    return { ...found, stopped: more.length + 1, cause };
  }
}
