import type { TopicName } from '@recapito/contracts';
import { classify, infrastructurePause } from '../dead-letters/failures.ts';
import type { Cause } from '../dead-letters/kept-records.ts';
import { causeOf, keep, tell } from '../dead-letters/kept-records.ts';
import type { PartitionBatch } from '../groups/group-plan.ts';
import { words } from '../logger.ts';
import { countPassedOver, movePosition, PositionMoved } from '../positions/position-rows.ts';
import type { PositionMove } from '../positions/position-rows.ts';
import type { RawRecord } from '../records/codec.ts';
import { decodeEnvelope } from '../records/codec.ts';
import type { SqlTransaction } from '../sql.ts';
import type { Cursor } from './cursor.ts';
import { FactEffects, isPassedOver, TakenApart } from './fact-effects.ts';
import type { FactHandlers } from './fact-handlers.ts';
import type { FactStrategyOptions } from './fact-strategy-options.ts';
import { claim } from './inbox.ts';
import { mostTogether, Pace } from './pace.ts';
import type { Counts } from './fact-counts.ts';

/** The next records of a partition that are to be taken, and where the process stands in it. */
interface Due {
  /** As many as may share a transaction. */
  readonly records: readonly RawRecord[];
  /** The last one of those that were fetched together. */
  readonly last: RawRecord | undefined;
  readonly batch: PartitionBatch;
  readonly cursor: Cursor;
  readonly pace: Pace;
}

/** How many of the first records are done; `over` when the batch ended before that. */
type Taken = number | 'moved' | 'over';

/** Pauses before the second and the third try of a failure of unknown class: all within two seconds. */
const otherPausesMs = [200, 800] as const;

/** After so long the other partitions have their turn, in milliseconds: kafkajs fetches when all batches have ended. */
const sliceMs = 1_000;

/** Brings records of one service into effect, each once: as many in one transaction as go together, the others alone. */
export class FactRunner<Tx extends SqlTransaction> {
  readonly #options: FactStrategyOptions<Tx>;
  readonly #effects: FactEffects<Tx>;
  readonly #counts: Counts;
  /** By partition. */
  readonly #paces = new Map<string, Pace>();
  readonly #inWork = new Map<TopicName, number>();

  constructor(options: FactStrategyOptions<Tx>, handlers: FactHandlers, counts: Counts) {
    this.#options = options;
    this.#effects = new FactEffects(options, handlers);
    this.#counts = counts;
  }

  /** Records of a topic that are being taken. */
  inWork(topic: TopicName): number {
    return this.#inWork.get(topic) ?? 0;
  }

  /**
   * Takes records of a partition in order, until they end, the batch is no longer ours to take, or others have their turn.
   * @returns `moved` when another process has moved the position.
   */
  async take(records: readonly RawRecord[], batch: PartitionBatch, cursor: Cursor): Promise<'taken' | 'moved'> {
    const { topic } = batch;
    const pace = this.#paceOf(batch);
    const began = performance.now();
    for (let at = 0; at < records.length && batch.live() && performance.now() - began < sliceMs;) {
      const due = { records: records.slice(at, at + mostTogether), last: records.at(-1), batch, cursor, pace };
      const count = pace.next(due.records);
      this.#inWork.set(topic, this.inWork(topic) + count);
      try {
        const taken = count > 1 ? await this.#takeTogether(due, count) : await this.#takeOne(due);
        if (taken === 'moved') return 'moved';
        if (taken === 'over') return 'taken';
        at += taken;
        const done = records[at - 1];
        if (taken > 0 && done !== undefined) batch.done(done.offset);
      } finally {
        this.#inWork.set(topic, this.inWork(topic) - count);
      }
    }
    return 'taken';
  }

  async #takeTogether(due: Due, most: number): Promise<Taken> {
    const { records, cursor, pace } = due;
    const { count, due: facts } = this.#effects.together(records.slice(0, most));
    const last = records[count - 1];
    if (count === 1 || last === undefined) return this.#takeOne(due);
    const began = performance.now();
    try {
      const outcomes = await this.#effects.takeTogether(last, facts, cursor);
      pace.committed(performance.now() - began);
      for (const outcome of outcomes) this.#counts[outcome] += 1;
      this.#counts.skipped += count - facts.length;
      return count;
    } catch (error) {
      if (error instanceof PositionMoved) return 'moved';
      pace.takeAlone(error instanceof TakenApart ? error.offset : last.offset);
      this.#options.logger.debug({ topic: last.topic, error: words(error) }, 'records are taken apart');
      return error instanceof TakenApart ? 0 : this.#takeOne(due);
    }
  }

  /** Tries the first record until it had its effect or its place among the dead letters, or the batch is over. */
  async #takeOne(due: Due): Promise<Taken> {
    const { batch, pace } = due;
    const [record] = due.records;
    if (record === undefined) return 'over';
    let cause: Cause | undefined;
    for (let others = 0; ;) {
      try {
        await (cause ? this.#keepFailed(record, due.cursor, cause) : this.#effect(record, due));
        return 1;
      } catch (error) {
        if (error instanceof PositionMoved) return 'moved';
        const failureClass = cause ? 'infrastructure' : classify(error);
        const pause = failureClass === 'other' ? otherPausesMs[others++] : undefined;
        if (failureClass === 'infrastructure') {
          pace.failures += 1;
          this.#log(record, 'infrastructure', pace.failures, error);
          await waitOut(batch, pace.failures);
        } else if (pause === undefined) {
          cause = causeOf(error, failureClass);
          continue;
        } else {
          this.#log(record, failureClass, others, error);
          await batch.wait(pause);
        }
        this.#counts.retried += 1;
        if (!batch.live()) return 'over';
      }
    }
  }

  async #effect(record: RawRecord, { last, cursor, pace }: Due): Promise<void> {
    const began = performance.now();
    const outcome = await this.#effects.takeOne(record, cursor, record === last);
    pace.committed(performance.now() - began);
    this.#counts[outcome] += 1;
  }

  async #keepFailed(record: RawRecord, cursor: Cursor, cause: Cause): Promise<void> {
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
    this.#paceOf(record).failures = 0;
    this.#counts[kept === undefined ? 'skipped' : 'deadLettered'] += 1;
    if (kept !== undefined) this.#log(record, cause.failureClass, 0, `kept as dead letter ${kept}`);
    await this.#options.probe?.('dead-letter.committed');
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
    await this.#options.probe?.('dead-letter.written');
    return id;
  }

  #paceOf({ topic, partition }: Pick<RawRecord, 'topic' | 'partition'>): Pace {
    const name = `${topic}/${partition}`;
    const pace = this.#paces.get(name) ?? new Pace();
    this.#paces.set(name, pace);
    return pace;
  }

  #log(record: RawRecord, failureClass: string, tries: number, error: unknown): void {
    const { topic, partition, offset } = record;
    const fields = { topic, partition, offset, failureClass, tries, error: words(error) };
    this.#options.logger.warn(fields, tries === 0 ? 'a record is a dead letter' : 'a record is tried again');
  }
}

/** The first failures are waited out in place; after them the partition rests, for what is away may be its alone. */
async function waitOut(batch: PartitionBatch, failures: number): Promise<void> {
  if (failures <= 3) await batch.wait(infrastructurePause(failures));
  else batch.rest(infrastructurePause(failures));
}

/** The id to claim with a dead letter: only a record whose attributes can be read is believed what it says of its id. */
function claimableId(record: RawRecord): string | null {
  try {
    return decodeEnvelope(record).id;
  } catch {
    return null;
  }
}
