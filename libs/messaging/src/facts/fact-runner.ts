import { appendedAt } from '../records/appended-at.ts';
import { childTraceparent, correlation } from '../records/correlation.ts';
import type { RawRecord } from '../records/codec.ts';
import { decodeEnvelope } from '../records/codec.ts';
import { Cursor } from './cursor.ts';
import type { ReadFact, FactHandlers } from './fact-handlers.ts';
import type { ConsumerPoint, FactStrategyOptions } from './fact-strategy.ts';
import { classify, infrastructurePause, PermanentFailure } from '../dead-letters/failures.ts';
import type { PartitionBatch } from '../groups/group-plan.ts';
import { claim, claimInTurn, reusedId } from './inbox.ts';
import type { Cause } from '../dead-letters/kept-records.ts';
import { causeOf, hasOpen, keep, keyText, lockKey, tell } from '../dead-letters/kept-records.ts';
import { words } from '../logger.ts';
import { countPassedOver, movePosition, PositionMoved } from '../positions/position-rows.ts';
import type { PositionMove } from '../positions/position-rows.ts';
import type { SqlTransaction } from '../sql.ts';

/** What is counted, by name. */
export interface Counts {
  handled: number;
  skipped: number;
  retried: number;
  deadLettered: number;
  queued: number;
  redriven: number;
}

/** A record that is to be taken. */
interface Step {
  readonly record: RawRecord;
  readonly cursor: Cursor;
  /** It is the last one of those that were fetched together. */
  readonly last: boolean;
}

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

  /**
   * Takes records of a partition in order, until they end or the batch is no longer ours to take.
   * @returns `moved` when another process has moved the position.
   */
  async take(records: readonly RawRecord[], batch: PartitionBatch, cursor: Cursor): Promise<'taken' | 'moved'> {
    for (const record of records) {
      if (!batch.live()) return 'taken';
      this.inWork += 1;
      try {
        const taken = await this.#bringToEffect({ record, cursor, last: record === records.at(-1) }, batch);
        if (taken !== 'taken') return taken === 'moved' ? 'moved' : 'taken';
        batch.done(record.offset);
      } finally {
        this.inWork -= 1;
      }
    }
    return 'taken';
  }

  /** @returns `over` when the batch ended before the record had its effect or its place among the dead letters. */
  async #bringToEffect(step: Step, batch: PartitionBatch): Promise<'taken' | 'moved' | 'over'> {
    const partition = `${batch.topic}/${batch.partition}`;
    let cause: Cause | undefined;
    for (let others = 0; ;) {
      try {
        await (cause ? this.#keepFailed(step, cause) : this.#effect(step));
        this.#failures.delete(partition);
        return 'taken';
      } catch (error) {
        if (error instanceof PositionMoved) return 'moved';
        const failureClass = cause ? 'infrastructure' : classify(error);
        const pause = failureClass === 'other' ? otherPausesMs[others++] : undefined;
        if (failureClass === 'infrastructure') {
          await this.#waitOut(step.record, batch, error);
        } else if (pause === undefined) {
          cause = causeOf(error, failureClass);
          continue;
        } else {
          this.#log(step.record, failureClass, others, error);
          await batch.wait(pause);
        }
        this.#counts.retried += 1;
        if (!batch.live()) return 'over';
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

  async #effect({ record, cursor, last }: Step): Promise<void> {
    const fact = this.#handlers.read(record);
    if (fact === undefined) {
      await this.#pass(record, cursor, last);
      return;
    }
    const traceparent = childTraceparent(fact.envelope.traceparent);
    const move = cursor.moveTo(record);
    const outcome = await correlation.run({ traceparent }, () =>
      this.#options.transaction((tx) => this.#claimAndHandle(tx, { record, cursor, move, fact })),
    );
    cursor.moved(move);
    this.#counts[outcome] += 1;
    await this.#probe('fact.committed');
  }

  /** A type that this service does not handle. The row moves with the next record that it does, or with the last one. */
  async #pass(record: RawRecord, cursor: Cursor, last: boolean): Promise<void> {
    if (last || Cursor.isMarked(record)) {
      const move = cursor.moveTo(record);
      await this.#options.transaction((tx) => movePosition(tx, move));
      cursor.moved(move);
    } else cursor.pass(record);
    this.#counts.skipped += 1;
  }

  async #claimAndHandle(
    tx: Tx,
    { record, cursor, move, fact }: { record: RawRecord; cursor: Cursor; move: PositionMove; fact: ReadFact },
  ): Promise<'handled' | 'skipped' | 'queued'> {
    const { service } = this.#options;
    const { id, epoch } = fact.envelope;
    const key = keyText(record.key) ?? '';
    const turn = await claimInTurn(tx, move, { id, key, epoch });
    if (turn === 'seen') return 'skipped';
    if (turn === 'other') throw new PermanentFailure(reusedId); // INBOX-REUSED-ID
    if (isPassedOver(record, cursor)) {
      await countPassedOver(tx, move);
      return 'skipped';
    }
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
    await this.#probe('fact.claimed');
    await fact.handle(tx, false);
    await this.#probe('fact.handled');
    return 'handled';
  }

  async #keepFailed({ record, cursor }: Step, cause: Cause): Promise<void> {
    const move = cursor.moveTo(record);
    const kept = await this.#options.transaction(async (tx) => {
      await movePosition(tx, move);
      if (isPassedOver(record, cursor)) {
        await countPassedOver(tx, move);
        return undefined;
      }
      return this.#keepInTurn(tx, record, move, cause);
    });
    cursor.moved(move);
    this.#counts[kept === undefined ? 'skipped' : 'deadLettered'] += 1;
    if (kept !== undefined) this.#log(record, cause.failureClass, 0, `kept as dead letter ${kept}`);
    await this.#probe('dead-letter.committed');
  }

  /** A record whose id was claimed by another one is kept without an id: it has none that can be trusted. */
  async #keepInTurn(tx: Tx, record: RawRecord, move: PositionMove, cause: Cause): Promise<string | undefined> {
    const { service, now } = this.#options;
    const eventId = claimableId(record);
    const { topic, fingerprint } = move;
    const claimed = eventId === null ? 'fresh' : await claim(tx, service, { topic, id: eventId, fingerprint });
    if (claimed === 'known') return undefined;
    const id = await keep(tx, service, record, claimed === 'other' ? null : eventId, cause);
    if (id !== undefined)
      await tell(tx, 'dead-lettered', { id, consumer: service, record, publicWords: cause.publicWords }, now());
    await this.#probe('dead-letter.written');
    return id;
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

/** In a generation that an operator opened, a record that is older than the deleted claims may have had its effect. */
function isPassedOver(record: RawRecord, { passBefore }: Cursor): boolean {
  return passBefore !== null && appendedAt(record) <= passBefore; // POSITION-CONTINUE
}

/** The id to claim with a dead letter: only a record whose attributes can be read is believed what it says of its id. */
function claimableId(record: RawRecord): string | null {
  try {
    return decodeEnvelope(record).id;
  } catch {
    return null;
  }
}
