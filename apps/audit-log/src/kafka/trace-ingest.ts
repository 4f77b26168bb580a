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
import { countGenerations } from '../persistence/ingest.store.ts';

/** The trace reads every topic but its own checkpoints, which would never end, and the clock, which is no event. */
export const readTopics = (Object.keys(topics) as TopicName[]).filter(
  (name) => name !== 'audit-log.checkpoints.v1' && name !== 'suite.clock.v1', // TRACE-EVERY-TOPIC
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

/** Brings every topic into the trace. Positions are in our database; the offsets at the broker only tell of the lag. */
@Injectable()
export class TraceIngest implements BatchHandler, OnServiceStart, OnModuleDestroy {
  readonly #runner: BatchRunner;
  #appended = 0;
  #skipped = 0;
  /** Partitions that a first look found to end before their position, and that position. */
  readonly #short = new Map<string, number>();

  constructor(
    private readonly parts: IngestParts,
    connection: ServiceConnection,
    topicsToRead: readonly TopicName[] = readTopics,
  ) {
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
      at: this.parts.clock.now(),
    };
    const resumed = await this.parts.transactions.run((tx) => resumePartition(tx, command));
    this.#short.delete(name);
    if ('offset' in resumed) return String(resumed.offset);
    this.#short.set(name, resumed.short);
    // The runner asks again, with bounds that it fetches anew.
    throw new Error(`${name} ends before ${resumed.short}, to which it was read`);
  }

  /** Never seeks forward: what lies below the position is read past, so that nothing new can hide there. */
  async take(batch: RawBatch): Promise<string | undefined> {
    const at = this.parts.clock.now();
    const taken = await this.parts.transactions.run((tx) => takeBatch(tx, { batch, at }));
    this.#appended += taken.appended;
    this.#skipped += taken.skipped;
    if (taken.appended > 0) this.parts.onAppended?.();
    return taken.opened === null ? undefined : '0';
  }

  /** Records at the broker that are not in the trace yet. */
  async lag(): Promise<number> {
    return this.#runner.lag();
  }

  #show(): void {
    const { transactions, health, metrics, dueWork } = this.parts;
    health.register('ingest', () => this.#check());
    metrics.gauge('recapito_trace_lag_count', 'Records that are not in the trace yet', [], (gauge) =>
      gauge.set(this.#runner.state().lag),
    );
    metrics.gauge('recapito_trace_records_count', 'Records by what became of them', ['outcome'], (gauge) => {
      gauge.set({ outcome: 'appended' }, this.#appended);
      gauge.set({ outcome: 'known' }, this.#skipped);
    });
    metrics.gauge('recapito_trace_generations_count', 'Partitions ever found wiped or put back', [], async (gauge) =>
      gauge.set(await transactions.run(countGenerations)),
    );
    // Events that are not in the trace must be filed under the day on which they came: the clock waits for them.
    dueWork.reads({ known: () => this.#runner.state().lag, asked: () => this.lag() });
    dueWork.count(() => ({ 'trace.appended': this.#appended, 'trace.known': this.#skipped }));
  }

  #check(): Finding {
    const { connected, ageMs, lag, lastError } = this.#runner.state();
    const fine = connected && (ageMs ?? 0) <= staleMs && lastError === null;
    return { state: fine ? 'ok' : 'degraded', ageMs: ageMs ?? 0, lag };
  }
}
