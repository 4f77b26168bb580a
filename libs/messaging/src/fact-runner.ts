import { childTraceparent, correlation } from './correlation.ts';
import type { RawRecord } from './codec.ts';
import { decodeEnvelope } from './codec.ts';
import type { ReadFact, FactHandlers } from './fact-handlers.ts';
import type { ConsumerPoint, FactStrategyOptions } from './fact-strategy.ts';
import { classify, infrastructurePause, PermanentFailure } from './failures.ts';
import type { PartitionBatch } from './group-plan.ts';
import { claim, claimInTurn } from './inbox.ts';
import type { Cause } from './kept-records.ts';
import { causeOf, hasOpen, keep, keyText, lockKey, tell } from './kept-records.ts';
import { words } from './logger.ts';
import type { SqlTransaction } from './sql.ts';

/** What is counted, by name. */
export interface Counts {
  handled: number;
  skipped: number;
  retried: number;
  deadLettered: number;
  queued: number;
  redriven: number;
}

/** Days of the inbox, as milliseconds: past it an unclaimed record may be a replay. */
const inboxAgeMs = 60 * 86_400_000;

/** Pauses before the second and the third try of a failure of unknown class: all within two seconds. */
const otherPausesMs = [200, 800] as const;

/** Brings records of one service into effect, each in a transaction of its own, once. */
export class FactRunner<Tx extends SqlTransaction> {
  readonly #options: FactStrategyOptions<Tx>;
  readonly #handlers: FactHandlers;
  readonly #counts: Counts;
  /** Failures of infrastructure in a row, by partition: they go on counting when the partition has rested. */
  readonly #failures = new Map<string, number>();
  inWork = 0;

  constructor(options: FactStrategyOptions<Tx>, handlers: FactHandlers, counts: Counts) {
    this.#options = options;
    this.#handlers = handlers;
    this.#counts = counts;
  }

  /** Takes the records of a partition in order, until the batch ends or is no longer ours to take. */
  async take(batch: PartitionBatch): Promise<void> {
    for (const record of batch.records) {
      if (!batch.live()) return;
      this.inWork += 1;
      try {
        if (!(await this.#bringToEffect(record, batch))) return;
        batch.done(record.offset);
      } finally {
        this.inWork -= 1;
      }
    }
  }

  /** @returns false when the batch ended before the record had its effect or its place among the dead letters. */
  async #bringToEffect(record: RawRecord, batch: PartitionBatch): Promise<boolean> {
    const partition = `${batch.topic}/${batch.partition}`;
    let cause: Cause | undefined;
    for (let others = 0; ;) {
      try {
        await (cause ? this.#keepFailed(record, cause) : this.#effect(record));
        this.#failures.delete(partition);
        return true;
      } catch (error) {
        const failureClass = cause ? 'infrastructure' : classify(error);
        const pause = failureClass === 'other' ? otherPausesMs[others++] : undefined;
        if (failureClass === 'infrastructure') {
          await this.#waitOut(record, batch, error);
        } else if (pause === undefined) {
          cause = causeOf(error, failureClass);
          continue;
        } else {
          this.#log(record, failureClass, others, error);
          await batch.wait(pause);
        }
        this.#counts.retried += 1;
        if (!batch.live()) return false;
      }
    }
  }

  /** The first failures are waited out in place; after them the partition rests, for what is away may be its alone. */
  async #waitOut(record: RawRecord, batch: PartitionBatch, error: unknown): Promise<void> {
    const partition = `${batch.topic}/${batch.partition}`;
    const failures = (this.#failures.get(partition) ?? 0) + 1;
    this.#failures.set(partition, failures);
    this.#log(record, 'infrastructure', failures, error);
    if (failures <= 3) await batch.wait(infrastructurePause(failures));
    else batch.rest(infrastructurePause(failures));
  }

  async #effect(record: RawRecord): Promise<void> {
    const fact = this.#handlers.read(record);
    if (fact === undefined) {
      this.#counts.skipped += 1;
      return;
    }
    const traceparent = childTraceparent(fact.envelope.traceparent);
    const outcome = await correlation.run({ traceparent }, () =>
      this.#options.transaction((tx) => this.#claimAndHandle(tx, record, fact)),
    );
    this.#counts[outcome] += 1;
    await this.#probe('fact.committed');
  }

  async #claimAndHandle(tx: Tx, record: RawRecord, fact: ReadFact): Promise<'handled' | 'skipped' | 'queued'> {
    const { service } = this.#options;
    const { id, epoch } = fact.envelope;
    const key = keyText(record.key) ?? '';
    const { topic, partition } = record;
    const turn = await claimInTurn(tx, service, { topic, partition, id, key, epoch });
    if (turn === 'seen') return 'skipped';
    if (turn === 'late')
      throw new PermanentFailure('the record is of an earlier epoch than one before it in its partition'); // EPOCH-LATE
    if (turn === 'behind') {
      // A redrive of this key may be about to close its last record: only under the key's lock is the answer final.
      await lockKey(tx, service, record.topic, key);
      if (await hasOpen(tx, service, record.topic, key)) {
        await keep(tx, service, record, id, null);
        return 'queued';
      }
    }
    await this.#refuseReplay(tx, record);
    await this.#probe('fact.claimed');
    await fact.handle(tx, false);
    await this.#probe('fact.handled');
    return 'handled';
  }

  /** A record older than the claims that were deleted for age may have had its effect: a person decides. */
  async #refuseReplay(tx: Tx, record: RawRecord): Promise<void> {
    if (record.timestamp > Date.now() - inboxAgeMs) return;
    const [row] = await tx.$queryRawUnsafe<{ swept: boolean }[]>(
      `SELECT EXISTS (SELECT FROM inbox_sweep
         WHERE consumer = $1::text AND topic = $2::text AND before >= $3::timestamptz) AS swept`,
      this.#options.service,
      record.topic,
      new Date(record.timestamp).toISOString(),
    );
    // MESSAGING-AGE
    if (row?.swept) throw new PermanentFailure('the record is older than the claims: it may have had its effect');
  }

  async #keepFailed(record: RawRecord, cause: Cause): Promise<void> {
    const { service, transaction, now } = this.#options;
    const eventId = claimableId(record);
    const kept = await transaction(async (tx) => {
      if (eventId !== null && !(await claim(tx, service, record.topic, eventId))) return undefined;
      const id = await keep(tx, service, record, eventId, cause);
      if (id !== undefined)
        await tell(tx, 'dead-lettered', { id, consumer: service, record, publicWords: cause.publicWords }, now());
      await this.#probe('dead-letter.written');
      return id;
    });
    this.#counts[kept === undefined ? 'skipped' : 'deadLettered'] += 1;
    if (kept !== undefined) this.#log(record, cause.failureClass, 0, `kept as dead letter ${kept}`);
    await this.#probe('dead-letter.committed');
  }

  #log(record: RawRecord, failureClass: string, tries: number, error: unknown): void {
    const { topic, partition, offset } = record;
    const fields = { topic, partition, offset, failureClass, tries, error: words(error) };
    this.#options.logger.warn(fields, tries === 0 ? 'a record is a dead letter' : 'a record is tried again');
  }

  async #probe(point: ConsumerPoint): Promise<void> {
    await this.#options.probe?.(point);
  }
}

/** The id to claim with a dead letter: only a record whose attributes can be read is believed what it says of its id. */
function claimableId(record: RawRecord): string | null {
  try {
    return decodeEnvelope(record).id;
  } catch {
    return null;
  }
}
