import type { RawRecord } from '../records/codec.ts';
import { appendedAt } from '../records/appended-at.ts';
import { childTraceparent, correlation } from '../records/correlation.ts';
import { factFingerprint } from '../records/fact-fingerprint.ts';
import { PermanentFailure } from '../dead-letters/failures.ts';
import { hasOpen, keep, keyText, lockKey } from '../dead-letters/kept-records.ts';
import { countPassedOver, movePosition } from '../positions/position-rows.ts';
import type { PositionMove } from '../positions/position-rows.ts';
import type { SqlTransaction } from '../sql.ts';
import { Cursor } from './cursor.ts';
import type { FactHandlers, ReadFact } from './fact-handlers.ts';
import type { FactStrategyOptions } from './fact-strategy-options.ts';
import { claimInTurn, lateEpoch, reusedId } from './inbox.ts';
import type { ClaimedRecord, Turn } from './inbox.ts';

/** How long, in milliseconds, a statement of a transaction with several facts waits for a lock. 0: without limit. */
const [lockWaitMs, anyLockWait] = [100, 0];

/** What became of a record. */
export type Outcome = 'handled' | 'skipped' | 'queued';

/** A record that somebody handles. */
interface DueFact {
  readonly record: RawRecord;
  readonly fact: ReadFact;
}

/** A record keeps those that were taken with it from being committed: nothing of them has an effect. */
export class TakenApart extends Error {
  override readonly name = 'TakenApart';

  constructor(
    readonly offset: string,
    options?: ErrorOptions,
  ) {
    super('a record is taken alone', options);
  }
}

/** Brings records into effect in one transaction: positions, claims, handlers. */
export class FactEffects<Tx extends SqlTransaction> {
  readonly #options: FactStrategyOptions<Tx>;
  readonly #handlers: FactHandlers;

  constructor(options: FactStrategyOptions<Tx>, handlers: FactHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  /**
   * Takes one record.
   * @param last it is the last one of those that were fetched together
   * @throws PermanentFailure when it cannot be handled; whatever its handler throws; PositionMoved.
   */
  async takeOne(record: RawRecord, cursor: Cursor, last: boolean): Promise<Outcome> {
    const fact = this.#handlers.read(record);
    if (fact === undefined) {
      await this.#pass(record, cursor, last);
      return 'skipped';
    }
    const move = cursor.moveTo(record);
    const due = { record, fact };
    const outcome = await this.#options.transaction(async (tx) => {
      const [turn] = await claimInTurn(tx, move, [claimedRecord(due, move.fingerprint)], anyLockWait);
      return this.#effect(tx, { ...due, turn, cursor, move });
    });
    cursor.moved(move);
    await this.#options.probe?.('fact.committed');
    return outcome;
  }

  /**
   * How many of the first records can be taken in one transaction: all decode, no two have one id, and the last may be
   * one whose fingerprint is kept for good. 1 when the first one must be taken alone.
   */
  together(records: readonly RawRecord[]): { readonly count: number; readonly due: readonly DueFact[] } {
    const due: DueFact[] = [];
    const ids = new Set<string>();
    let count = 0;
    for (const record of records) {
      const fact = this.#decode(record);
      if (fact === 'undecodable' || (fact && ids.has(fact.envelope.id))) break;
      if (fact) {
        ids.add(fact.envelope.id);
        due.push({ record, fact });
      }
      count += 1;
      if (Cursor.isMarked(record)) break;
    }
    return due.length < 2 ? { count: 1, due } : { count, due };
  }

  /**
   * Takes several records that go together; those that nobody handles are passed with them.
   * @throws TakenApart when one of them failed, or its turn is not plain; PositionMoved.
   */
  async takeTogether(last: RawRecord, due: readonly DueFact[], cursor: Cursor): Promise<Outcome[]> {
    const move = cursor.moveTo(last);
    const claimed = due.map((each) =>
      claimedRecord(each, each.record === last ? move.fingerprint : factFingerprint(each.record)),
    );
    const outcomes = await this.#options.transaction(async (tx) => {
      const turns = await claimInTurn(tx, move, claimed, lockWaitMs);
      const done: Outcome[] = [];
      for (const [nth, each] of due.entries()) {
        const turn = turns[nth];
        if (turn !== 'mine' && turn !== 'seen') throw new TakenApart(each.record.offset);
        done.push(await this.#effectAmongOthers(tx, { ...each, turn, cursor, move }));
      }
      return done;
    });
    cursor.moved(move);
    await this.#options.probe?.('fact.committed');
    return outcomes;
  }

  #decode(record: RawRecord): ReadFact | 'undecodable' | undefined {
    try {
      return this.#handlers.read(record);
    } catch {
      return 'undecodable'; // taken alone, it fails again and becomes a dead letter
    }
  }

  async #effectAmongOthers(tx: Tx, taken: TakenFact): Promise<Outcome> {
    try {
      return await this.#effect(tx, taken);
    } catch (cause) {
      throw new TakenApart(taken.record.offset, { cause });
    }
  }

  /** A type that this service does not handle. The row moves with the next record that it does, or with the last one. */
  async #pass(record: RawRecord, cursor: Cursor, last: boolean): Promise<void> {
    if (!last && !Cursor.isMarked(record)) {
      cursor.pass(record);
      return;
    }
    const move = cursor.moveTo(record);
    await this.#options.transaction((tx) => movePosition(tx, move));
    cursor.moved(move);
  }

  async #effect(tx: Tx, { record, fact, turn, cursor, move }: TakenFact): Promise<Outcome> {
    const { service } = this.#options;
    if (turn === 'seen') return 'skipped';
    if (turn === 'other') throw new PermanentFailure(reusedId); // @rule INBOX-REUSED-ID
    if (isPassedOver(record, cursor)) {
      await countPassedOver(tx, move);
      return 'skipped';
    }
    if (turn === 'late') throw new PermanentFailure(lateEpoch); // @rule EPOCH-LATE
    if (turn === 'behind') {
      const key = keyText(record.key) ?? '';
      // A redrive of this key may be about to close its last record: only under the key's lock is the answer final.
      await lockKey(tx, service, record.topic, key);
      if (await hasOpen(tx, service, record.topic, key)) {
        await keep(tx, service, record, fact.envelope.id, null);
        return 'queued';
      }
    }
    await this.#options.probe?.('fact.claimed');
    const traceparent = childTraceparent(fact.envelope.traceparent);
    await correlation.run({ traceparent }, () => fact.handle(tx, false));
    await this.#options.probe?.('fact.handled');
    return 'handled';
  }
}

interface TakenFact extends DueFact {
  readonly turn: Turn | undefined;
  readonly cursor: Cursor;
  readonly move: PositionMove;
}

function claimedRecord({ record, fact }: DueFact, fingerprint: Buffer): ClaimedRecord {
  const { id, epoch } = fact.envelope;
  return { id, epoch, key: keyText(record.key) ?? '', fingerprint };
}

/** In a generation that an operator opened, a record that is older than the deleted claims may have had its effect. */
export function isPassedOver(record: RawRecord, { passBefore }: Cursor): boolean {
  return passBefore !== null && appendedAt(record) <= passBefore; // @rule POSITION-CONTINUE
}
