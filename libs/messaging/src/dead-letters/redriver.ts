import { BackgroundLoop } from '@recapito/background';
import type { TopicName } from '@recapito/contracts';
import { childTraceparent, correlation } from '../records/correlation.ts';
import { factFingerprint } from '../records/fact-fingerprint.ts';
import type { FactHandlers } from '../facts/fact-handlers.ts';
import type { Counts } from '../facts/fact-counts.ts';
import type { FactStrategyOptions } from '../facts/fact-strategy-options.ts';
import type { FailureClass } from './failures.ts';
import { classify, infrastructurePause, PermanentFailure } from './failures.ts';
import { claim, lateEpoch, reusedId } from '../facts/inbox.ts';
import { causeOf, lockKey, oldestOpen, tell } from './kept-records.ts';
import { words } from '../logger.ts';
import { Pause } from '../pause.ts';
import type { SqlTransaction } from '../sql.ts';

/** A key that is to be replayed; without key, one row. */
interface Asked {
  readonly consumer: string;
  readonly topic: TopicName;
  readonly key: string | null;
  readonly id: string;
}

type Step = 'redriven' | 'empty' | 'failed';

/** A key whose redrive waits for something that is away. */
interface Rest {
  readonly failures: number;
  /** System milliseconds from which it is tried again. */
  readonly until: number;
}

/** How many keys are replayed at once. */
const atOnce = 4;

/**
 * Replays the dead letters that operators asked for, those that wait behind a record that is no longer open, and those
 * whose type this process knows although the one that kept them did not. Each key is replayed from its oldest open record
 * on, each record in a transaction of its own, until none is open or one fails again. Keys do not wait for each other: one
 * that needs something that is away rests meanwhile. Several processes may replay at once: the key's lock lets one of
 * them do it, and makes the runner's later records of the key wait for the answer.
 * @rule DEAD-LETTER-REDRIVE
 */
export class Redriver<Tx extends SqlTransaction> {
  readonly #options: FactStrategyOptions<Tx>;
  readonly #handlers: FactHandlers;
  readonly #counts: Counts;
  readonly #loop: BackgroundLoop;
  readonly #pause = new Pause();
  readonly #replays = new Map<string, Promise<void>>();
  readonly #rests = new Map<string, Rest>();
  #stopped = false;
  #held = false;

  constructor(options: FactStrategyOptions<Tx>, handlers: FactHandlers, counts: Counts) {
    this.#options = options;
    this.#handlers = handlers;
    this.#counts = counts;
    this.#loop = new BackgroundLoop(() => this.#look(), {
      name: 'redrive',
      everyMs: 1_000,
      retryMs: (failures) => infrastructurePause(failures + 3),
      onFailure: (error) => options.logger.warn({ error: words(error) }, 'dead letters could not be read'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Holds back (true) or lets go on (false). */
  hold(held: boolean): void {
    this.#held = held;
    this.#pause.end();
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.end();
    await this.#loop.stop();
    await Promise.all(this.#replays.values());
  }

  /** Keys that are replayed, or that rest until something is back. */
  get inWork(): number {
    return new Set([...this.#replays.keys(), ...this.#rests.keys()]).size;
  }

  async #look(): Promise<void> {
    if (!this.#held) for (const asked of await this.#asked()) this.#begin(asked);
  }

  /** The keys that are to be replayed now, as many as there is room for. */
  async #asked(): Promise<Asked[]> {
    const room = atOnce - this.#replays.size;
    if (room <= 0) return [];
    const now = Date.now();
    const resting = [...this.#rests].filter(([, { until }]) => until > now).map(([place]) => place);
    const found = await this.#options.transaction((tx) =>
      tx.$queryRawUnsafe<Asked[]>(
        askedSql,
        this.#options.service,
        [...this.#replays.keys(), ...resting],
        room,
        this.#handlers.known.map(({ topic }) => topic),
        this.#handlers.known.map(({ cause }) => cause),
      ),
    );
    // A rest that is over ends: its key is tried again now, or another process has replayed it.
    const places = new Set(found.map(placeOf));
    if (found.length < room)
      for (const [place, { until }] of this.#rests) if (until <= now && !places.has(place)) this.#rests.delete(place);
    return found;
  }

  #begin(asked: Asked): void {
    const place = placeOf(asked);
    const replay = this.#replay(asked)
      .catch((error: unknown) => this.#rest(place, error))
      .finally(() => this.#replays.delete(place));
    this.#replays.set(place, replay);
  }

  async #replay(asked: Asked): Promise<void> {
    while (!this.#stopped && !this.#held) {
      const step = await this.#step(asked);
      this.#rests.delete(placeOf(asked));
      if (step !== 'redriven') return;
    }
  }

  #rest(place: string, error: unknown): void {
    const failures = (this.#rests.get(place)?.failures ?? 0) + 1;
    this.#rests.set(place, { failures, until: Date.now() + infrastructurePause(failures) });
    this.#options.logger.warn({ key: place, failures, error: words(error) }, 'a redrive waits for what is away');
  }

  /**
   * One record, tried as the runner tries: unknown failures three times.
   * @throws when something is away.
   */
  async #step(asked: Asked): Promise<Step> {
    for (let others = 1; ; others += 1) {
      try {
        const step = await this.#options.transaction((tx) => this.#redriveOldest(tx, asked));
        if (step === 'redriven') this.#counts.redriven += 1;
        return step;
      } catch (error) {
        const failureClass = classify(error);
        if (this.#stopped || failureClass === 'infrastructure') throw error;
        if (failureClass === 'permanent' || others === 3) {
          await this.#keepAgain(asked, error, failureClass);
          return 'failed';
        }
        await this.#pause.begin(300 * others);
      }
    }
  }

  async #redriveOldest(tx: Tx, asked: Asked): Promise<Step> {
    const { service, now } = this.#options;
    if (asked.key !== null) await lockKey(tx, asked.consumer, asked.topic, asked.key);
    const letter = await oldestOpen(tx, asked);
    if (letter === undefined) return 'empty';
    // @rule MESSAGING-AGE
    if (letter.old) throw new PermanentFailure('the record is older than 60 days: it can only be set aside');
    // @rule EPOCH-LATE
    if (letter.redriveAskedAt === null && letter.cause?.endsWith(lateEpoch)) throw new PermanentFailure(lateEpoch);
    const fact = this.#handlers.read(letter.record);
    if (fact) {
      const { id, traceparent } = fact.envelope;
      const { record, eventId } = letter;
      const claimed =
        eventId === null
          ? await claim(tx, service, { topic: asked.topic, id, fingerprint: factFingerprint(record) })
          : 'fresh';
      if (claimed === 'other') throw new PermanentFailure(reusedId); // @rule INBOX-REUSED-ID
      if (claimed === 'fresh')
        await correlation.run({ traceparent: childTraceparent(traceparent) }, async () => {
          await fact.handle(tx, true);
        });
    }
    await tx.$executeRawUnsafe(
      `UPDATE dead_letter SET closed_at = clock_timestamp(), outcome = 'redriven' WHERE id = $1::uuid`,
      letter.id,
    );
    if (letter.cause !== null) await tell(tx, 'redriven', { ...letter, publicWords: letter.failureClass ?? '' }, now());
    return 'redriven';
  }

  async #keepAgain(asked: Asked, error: unknown, failureClass: FailureClass): Promise<void> {
    const cause = causeOf(error, failureClass);
    await this.#options.transaction(async (tx) => {
      if (asked.key !== null) await lockKey(tx, asked.consumer, asked.topic, asked.key);
      const letter = await oldestOpen(tx, asked);
      if (letter === undefined) return;
      await tx.$executeRawUnsafe(
        'UPDATE dead_letter SET cause = $2::text, failure_class = $3::text, tries = tries + 1 WHERE id = $1::uuid',
        letter.id,
        cause.words,
        cause.failureClass,
      );
      await tx.$executeRawUnsafe(
        `UPDATE dead_letter SET redrive_asked_at = NULL
         WHERE consumer = $1::text AND topic = $2::text AND closed_at IS NULL AND coalesce(key, id::text) = $3::text`,
        asked.consumer,
        asked.topic,
        asked.key ?? asked.id,
      );
      // It only waited until now: this is the first time that it failed.
      if (letter.cause === null)
        await tell(tx, 'dead-lettered', { ...letter, publicWords: cause.publicWords }, this.#options.now());
    });
    this.#counts.deadLettered += 1;
    this.#options.logger.warn({ topic: asked.topic, ...cause }, 'a redriven record failed again');
  }
}

function placeOf({ topic, key, id }: Asked): string {
  return `${topic} ${key ?? id}`;
}

const askedSql = `
  SELECT DISTINCT ON (topic, coalesce(key, id::text)) consumer, topic, key, id::text
  FROM dead_letter AS letter
  WHERE closed_at IS NULL AND consumer = $1::text AND topic || ' ' || coalesce(key, id::text) <> ALL ($2::text[])
    AND (redrive_asked_at IS NOT NULL
      OR cause IS NULL AND NOT EXISTS
        (SELECT FROM dead_letter AS failed WHERE failed.consumer = $1::text AND failed.topic = letter.topic
           AND failed.key = letter.key AND failed.closed_at IS NULL AND failed.cause IS NOT NULL)
      OR EXISTS (SELECT FROM unnest($4::text[], $5::text[]) AS known (topic, cause)
           WHERE known.topic = letter.topic AND letter.cause LIKE known.cause)
        AND NOT EXISTS
          (SELECT FROM dead_letter AS earlier WHERE earlier.consumer = $1::text AND earlier.topic = letter.topic
             AND earlier.key = letter.key AND earlier.closed_at IS NULL AND earlier.seq < letter.seq))
  LIMIT $3::int`;
