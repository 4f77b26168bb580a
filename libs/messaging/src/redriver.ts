import type { TopicName } from '@recapito/contracts';
import { childTraceparent, correlation } from './correlation.ts';
import { factFingerprint } from './fact-fingerprint.ts';
import type { FactHandlers } from './fact-handlers.ts';
import type { Counts } from './fact-runner.ts';
import type { FactStrategyOptions } from './fact-strategy.ts';
import type { FailureClass } from './failures.ts';
import { classify, infrastructurePause, PermanentFailure } from './failures.ts';
import { claim, reusedId } from './inbox.ts';
import { causeOf, lockKey, oldestOpen, tell } from './kept-records.ts';
import { words } from './logger.ts';
import { Pause } from './pause.ts';
import type { SqlTransaction } from './sql.ts';

/** A key that is to be replayed; without key, one row. */
interface Asked {
  readonly consumer: string;
  readonly topic: TopicName;
  readonly key: string | null;
  readonly id: string;
}

type Step = 'redriven' | 'empty' | 'failed';

/**
 * Replays the dead letters that operators asked for, and those that wait behind a record that is no longer open: a key at a time, its oldest open record first, each in a
 * transaction of its own, until none is open or one fails again. Several processes may do it at once: the key's lock
 * lets one of them at it, and makes the runner's later records of the key wait for the answer.
 */
export class Redriver<Tx extends SqlTransaction> {
  readonly #options: FactStrategyOptions<Tx>;
  readonly #handlers: FactHandlers;
  readonly #counts: Counts;
  readonly #pause = new Pause();
  #running: Promise<void> | undefined;
  #stopped = false;
  #held = false;
  inWork = 0;

  constructor(options: FactStrategyOptions<Tx>, handlers: FactHandlers, counts: Counts) {
    this.#options = options;
    this.#handlers = handlers;
    this.#counts = counts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Holds back (true) or lets go on (false). */
  hold(held: boolean): void {
    this.#held = held;
    this.#pause.end();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      try {
        if (!this.#held) for (const asked of await this.#asked()) await this.#replay(asked);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#options.logger.warn({ error: words(error) }, 'dead letters could not be read');
      }
      await this.#pause.begin(failures === 0 ? 1_000 : infrastructurePause(failures + 3));
    }
  }

  #asked(): Promise<Asked[]> {
    return this.#options.transaction((tx) =>
      tx.$queryRawUnsafe<Asked[]>(
        `SELECT DISTINCT ON (consumer, topic, coalesce(key, id::text)) consumer, topic, key, id::text
         FROM dead_letter AS letter
         WHERE closed_at IS NULL AND consumer = $1::text AND (redrive_asked_at IS NOT NULL OR cause IS NULL AND NOT EXISTS
           (SELECT FROM dead_letter AS failed WHERE failed.consumer = $1::text AND failed.topic = letter.topic
              AND failed.key = letter.key AND failed.closed_at IS NULL AND failed.cause IS NOT NULL)) LIMIT 100`,
        this.#options.service,
      ),
    );
  }

  async #replay(asked: Asked): Promise<void> {
    this.inWork += 1;
    try {
      while (!this.#stopped && !this.#held) if ((await this.#step(asked)) !== 'redriven') return;
    } finally {
      this.inWork -= 1;
    }
  }

  /** One record, tried as the runner tries: infrastructure until it is back, unknown failures three times. */
  async #step(asked: Asked): Promise<Step> {
    for (let tries = 1, others = 1; ; tries += 1) {
      try {
        const step = await this.#options.transaction((tx) => this.#redriveOldest(tx, asked));
        if (step === 'redriven') this.#counts.redriven += 1;
        return step;
      } catch (error) {
        const failureClass = classify(error);
        if (this.#stopped) throw error;
        if (failureClass === 'permanent' || (failureClass === 'other' && others++ === 3)) {
          await this.#keepAgain(asked, error, failureClass);
          return 'failed';
        }
        await this.#pause.begin(failureClass === 'other' ? 300 * others : infrastructurePause(tries));
      }
    }
  }

  async #redriveOldest(tx: Tx, asked: Asked): Promise<Step> {
    const { service, now } = this.#options;
    if (asked.key !== null) await lockKey(tx, asked.consumer, asked.topic, asked.key);
    const letter = await oldestOpen(tx, asked);
    if (letter === undefined) return 'empty';
    // MESSAGING-AGE
    if (letter.old) throw new PermanentFailure('the record is older than 60 days: it can only be set aside');
    const fact = this.#handlers.read(letter.record);
    if (fact) {
      const { id, traceparent } = fact.envelope;
      const { record, eventId } = letter;
      const claimed =
        eventId === null
          ? await claim(tx, service, { topic: asked.topic, id, fingerprint: factFingerprint(record) })
          : 'fresh';
      if (claimed === 'other') throw new PermanentFailure(reusedId); // INBOX-REUSED-ID
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
