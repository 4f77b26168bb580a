import type { TopicName } from '@recapito/contracts';
import { topics, topicsWrittenBy } from '@recapito/contracts';
import { Pool } from 'pg';
import type { RawRecord } from '../records/codec.ts';
import { currentEpoch } from './epoch.ts';
import { keepForgotten, noteWentBack, unknownIds, wentBack } from './forgotten.ts';
import type { ReadFact } from './forgotten.ts';
import { KeptAdmin } from '../broker/kept-admin.ts';
import type { ServiceConnection } from '../logger.ts';
import { ownFactOf } from './own-facts.ts';
import { endsOfTopic } from './own-states.ts';
import { OwnTails, openingSpans, spanOf } from './own-tails.ts';
import type { PartitionEnds, Tail, TailsCompared } from './own-tails.ts';
import { restateNewest, saveTails, savedTails } from './own-tails-rows.ts';
import { republish } from '../outbox/republication.ts';
import { placeOf, readSpans } from '../followers/span-reader.ts';
import type { Span } from '../followers/span-reader.ts';
import type { RunTransaction, SqlTransaction } from '../sql.ts';
import { pgTransactions } from '../sql.ts';
import { keptDays } from '../sweep.ts';

/** An epoch that is kept outside the database. */
export interface KeptEpoch {
  /** The epoch that was kept last; 0 where there is none. */
  read(): Promise<number>;
  /** Keeps an epoch that is higher; it lasts when this resolves. */
  raise(epoch: number): Promise<void>;
}

export interface OwnTopicsOptions extends ServiceConnection {
  readonly databaseUrl: string;
  /** The epoch outside the database; without it only the topics show that the database went back. */
  readonly epochFile?: KeptEpoch;
  /** Decides to go on in a new epoch when the database went back, without an operator. Left out, an operator decides. */
  readonly goOnAfterRestore?: (() => Promise<unknown>) | undefined;
}

/** What became of records that the relay did not see itself send. */
export interface Examined {
  /** Facts that the database does not know. They are kept as forgotten. */
  readonly forgotten: number;
}

/** So many records are looked at before those of a partition among which one was unknown. */
const step = 1_000n;
/** A record younger than this has its row in the outbox still. */
const dayMs = 86_400_000;
const knownForMs = (keptDays - 1) * dayMs;
/** Records compared with the database at a time. */
const chunk = 2_000;

/**
 * Compares the topics that a service writes with its outbox. At each opening of the relay's session, before anything is
 * sent, a record that the outbox does not know shows that the database was put back to an earlier state; later it shows
 * that somebody else writes. In a compacted topic a late record of an earlier state is mended by the newest one.
 * @rule DATABASE-WENT-BACK
 */
export class OwnTopics {
  readonly #options: OwnTopicsOptions;
  readonly #own: readonly TopicName[];
  readonly #admin: KeptAdmin;
  #waits = false;

  constructor(options: OwnTopicsOptions) {
    this.#options = options;
    this.#own = topicsWrittenBy(options.service);
    this.#admin = new KeptAdmin({ clientId: `${options.service}-own-topics`, ...options });
  }

  /** The database went back, as far as was found here, and nobody has decided yet. */
  get waits(): boolean {
    return this.#waits;
  }

  /**
   * Looks whether the database went back, in a process that does not publish.
   * @returns whether it is as the topics know it, or somebody has decided.
   */
  async compare(): Promise<boolean> {
    return this.#inDatabase(async (transaction) => {
      await this.#look(transaction, await transaction(savedTails), await this.#ends());
      return (await transaction(wentBack)).since === null;
    });
  }

  /**
   * Looks whether the database went back; where it is allowed, goes on in a new epoch at once.
   * @returns the tails to publish from; undefined while the database went back and nobody has decided.
   */
  async open(): Promise<OwnTails | undefined> {
    return this.#inDatabase(async (transaction) => {
      const ends = await this.#ends();
      const saved = await transaction(savedTails);
      const tails = new OwnTails(saved, ends);
      const { shorter } = tails.compare(ends);
      await this.#look(transaction, saved, ends);
      if (!(await this.#mayGoOn(transaction))) return undefined;
      await transaction(async (tx) => {
        await this.#publishAgain(tx, shorter);
        await saveTails(tx, tails.all());
      });
      await this.#options.epochFile?.raise(await transaction(currentEpoch));
      return tails;
    });
  }

  /** Compares the ends at the broker with what the relay has sent, while it works. */
  async watch(tails: OwnTails): Promise<Examined> {
    return this.examine(tails.compare(await this.#ends()));
  }

  /** Looks at records that stand between those that the relay has sent; has topics that lost records published again. */
  async examine({ unexplained, shorter }: TailsCompared): Promise<Examined> {
    if (unexplained.length + shorter.length === 0) return { forgotten: 0 };
    return this.#inDatabase(async (transaction) => {
      if (shorter.length > 0) await transaction((tx) => this.#publishAgain(tx, shorter));
      const forgotten = sum(await this.#examine(transaction, unexplained));
      if (forgotten > 0)
        this.#options.logger.error({ forgotten }, 'another process writes to the topics of this service');
      return { forgotten };
    });
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }

  async #look(transaction: RunTransaction, saved: readonly Tail[], ends: readonly PartitionEnds[]): Promise<void> {
    await this.#examineOpening(transaction, saved, ends);
    await this.#compareFile(transaction);
  }

  /** Looks at what was not known to be sent, at the last records in any case, and further back while any is unknown. */
  async #examineOpening(
    transaction: RunTransaction,
    saved: readonly Tail[],
    ends: readonly PartitionEnds[],
  ): Promise<void> {
    const lows = new Map(ends.map((each) => [placeOf(each), each.low]));
    let forgotten = 0;
    for (let spans = openingSpans(saved, ends); spans.length > 0;) {
      const unknown = await this.#examine(transaction, spans);
      forgotten += sum(unknown);
      spans = spans.flatMap((span) => {
        if (!unknown.has(placeOf(span))) return [];
        return spanOf(span, span.from - step, span.from, lows.get(placeOf(span)) ?? 0n);
      });
    }
    if (forgotten === 0) return;
    await transaction(noteWentBack);
    this.#options.logger.error(
      { forgotten },
      'the database went back: its own topics hold facts that it does not know',
    );
  }

  async #compareFile(transaction: RunTransaction): Promise<void> {
    const written = (await this.#options.epochFile?.read()) ?? 0;
    const epoch = await transaction(currentEpoch);
    if (written <= epoch) return;
    await transaction(noteWentBack);
    this.#options.logger.error({ epoch, written }, 'the database went back: the epoch in the file is higher');
  }

  async #mayGoOn(transaction: RunTransaction): Promise<boolean> {
    const { since } = await transaction(wentBack);
    this.#waits = since !== null;
    if (!this.#waits) return true;
    if (this.#options.goOnAfterRestore === undefined) return false;
    await this.#options.goOnAfterRestore();
    this.#waits = false;
    this.#options.logger.warn(
      { epoch: await transaction(currentEpoch) },
      'goes on after a restore in a new epoch, as configured',
    );
    return true;
  }

  /** @returns how many facts the database did not know, by partition. */
  async #examine(transaction: RunTransaction, spans: readonly Span[]): Promise<Map<string, number>> {
    const unknown = new Map<string, number>();
    let waiting: RawRecord[] = [];
    const compare = async (): Promise<void> => {
      const facts = waiting.flatMap((record) => this.#read(record));
      waiting = [];
      for (const { record } of await transaction((tx) => keepUnknown(tx, facts)))
        unknown.set(placeOf(record), (unknown.get(placeOf(record)) ?? 0) + 1);
    };
    await readSpans({ ...this.#options, fetchWaitMs: 50 }, spans, async (records) => {
      waiting.push(...records);
      if (waiting.length >= chunk) await compare();
    });
    if (waiting.length > 0) await compare();
    return unknown;
  }

  /** A record as a fact of this service; nothing for one that is none, or so old that the outbox may have lost it. */
  #read(record: RawRecord): ReadFact[] {
    const fact = record.timestamp < Date.now() - knownForMs ? undefined : ownFactOf(this.#options.service, record);
    return fact === undefined ? [] : [fact];
  }

  async #ends(): Promise<PartitionEnds[]> {
    const { namespace } = this.#options;
    return (await Promise.all(this.#own.map((topic) => endsOfTopic(this.#admin, namespace, topic)))).flat();
  }

  /**
   * A topic that ends before what was published there has lost records.
   * @rule TOPIC-LOST-RECORDS
   */
  async #publishAgain(tx: SqlTransaction, shorter: readonly Tail[]): Promise<void> {
    for (const [topic, partitions] of Map.groupBy(shorter, (tail) => tail.topic)) {
      const facts = await republish(tx, topic);
      const lost = partitions.map(({ partition, next }) => ({ partition, published: String(next) }));
      this.#options.logger.error(
        { topic, lost, facts },
        'a topic ends before what was published there: it is published again',
      );
    }
  }

  async #inDatabase<Result>(work: (transaction: RunTransaction) => Promise<Result>): Promise<Result> {
    const pool = new Pool({ connectionString: this.#options.databaseUrl, max: 1, statement_timeout: 60_000 });
    pool.on('error', () => undefined);
    try {
      return await work(pgTransactions(pool));
    } finally {
      await pool.end();
    }
  }
}

/** Keeps what the database does not know; of compacted topics has the newest states published after late ones. */
async function keepUnknown(tx: SqlTransaction, facts: readonly ReadFact[]): Promise<ReadFact[]> {
  if (facts.length === 0) return [];
  const ids = await unknownIds(tx, [...new Set(facts.map(({ envelope }) => envelope.id))]);
  const unknown = facts.filter(({ envelope }) => ids.has(envelope.id));
  await keepForgotten(tx, unknown);
  await restateNewest(
    tx,
    facts.filter(({ envelope }) => topics[envelope.topic].compacted && !ids.has(envelope.id)),
  );
  return unknown;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
