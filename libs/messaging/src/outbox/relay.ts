import { BackgroundLoop } from '@recapito/background';
import { topicsWrittenBy } from '@recapito/contracts';
import type { Probe } from '../logger.ts';
import { words } from '../logger.ts';
import { OutboxSession } from './outbox-session.ts';
import { OwnTopics } from '../restore/own-topics.ts';
import type { OwnTopicsOptions } from '../restore/own-topics.ts';
import { Publisher } from './publisher.ts';
import { ensureTopics } from '../broker/topics.ts';

/** Where a crash spec may kill a relay: rows read and not sent, sent and not marked, marked. */
export type RelayPoint = 'relay.read' | 'relay.sent' | 'relay.marked';

/** `databaseUrl` is the service's database; the relay holds one connection of its own to it for its life. */
export interface RelayOptions extends OwnTopicsOptions {
  readonly probe?: Probe<RelayPoint>;
}

/** For health and quietness. */
export interface RelayState {
  /** It holds the lock and the lease: this process publishes. Another process of the service may hold them instead. */
  readonly leading: boolean;
  /** Counts the relays that have held the lease of this database; 0 before this one held it. */
  readonly term: number;
  /** Another process of the service holds the lock: this one would take over. */
  readonly standby: boolean;
  /** The database went back to an earlier state: nothing is published until an operator decides. */
  readonly stoppedByRestore: boolean;
  /** The connection was lost since the database was compared with the topics: it may be at an earlier state by now. */
  readonly comparesAgain: boolean;
  readonly brokerConnected: boolean;
  /** Facts published by this process since it started. */
  readonly sent: number;
  /** A batch is between reading and marking. */
  readonly inHand: boolean;
  /** Milliseconds since facts were last seen to be all published or were published; null before the first time. */
  readonly ageMs: number | null;
  readonly lastError: string | null;
}

/**
 * Publishes the outbox of one service, in the order of its rows. One relay works at a time: the one whose connection
 * holds the advisory lock and renews its lease. Reading, sending and marking are three steps with no transaction open, so a slow broker
 * holds nothing up; a crash between sending and marking sends again, and the claims of the readers make that nothing.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #loop: BackgroundLoop;
  #session: OutboxSession | undefined;
  readonly #ownTopics: OwnTopics;
  #publisher: Publisher | undefined;
  #watchedAt = 0;
  readonly #compared = Promise.withResolvers<void>();
  /** In which the database was compared last; undefined before the first time. */
  #comparedIn: OutboxSession | undefined;
  #inHand = false;
  #idleMs = pollMs / 2;
  #sent = 0;
  #freshAt: number | null = null;
  #lastError: string | null = null;
  #standby = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#ownTopics = new OwnTopics(options);
    this.#loop = new BackgroundLoop(() => this.#turn(), {
      name: 'relay',
      retryMs: (failures) => Math.min(2_000, 100 * 2 ** Math.min(failures, 5)),
      onFailure: (error, failures) => this.#fail(error, failures),
    });
  }

  /** Begins; returns at once. Neither a database nor a broker that is away ends it. */
  start(): void {
    this.#loop.start();
  }

  /** Says that facts were committed: they are read now instead of at the next poll. */
  nudge(): void {
    this.#loop.wake();
  }

  /**
   * Resolves when the database was compared with the service's topics and is as they know it, or somebody has decided.
   * Whatever must not be done by the rows of an earlier state waits for it.
   * @rule DATABASE-WENT-BACK
   */
  async whenCompared(): Promise<void> {
    await this.#compared.promise;
  }

  /** Finishes the batch in hand and lets go of the lock. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#dropPublisher();
    await this.#session?.close();
    await this.#ownTopics.close();
  }

  state(): RelayState {
    return {
      leading: this.#session?.held ?? false,
      term: this.#session?.term ?? 0,
      standby: this.#standby,
      stoppedByRestore: this.#waits,
      comparesAgain: this.#comparedIn !== undefined && (this.#comparedIn !== this.#session || this.#comparedIn.lost),
      brokerConnected: this.#publisher !== undefined,
      sent: this.#sent,
      inHand: this.#inHand,
      ageMs: this.#freshAt === null ? null : Date.now() - this.#freshAt,
      lastError: this.#lastError,
    };
  }

  async #fail(error: unknown, failures: number): Promise<void> {
    this.#inHand = false;
    this.#standby = false;
    this.#lastError = words(error);
    this.#options.logger.warn({ failures, error: words(error) }, 'the relay starts again');
    await this.#dropPublisher();
  }

  /** One step: lock, or connect, or read-send-mark. @returns how long to rest, in milliseconds, unless facts are committed */
  async #turn(): Promise<number> {
    const rest = await this.#step();
    this.#lastError = null;
    return rest;
  }

  async #step(): Promise<number> {
    if (!this.#session || this.#session.lost) {
      await this.#dropPublisher();
      await this.#session?.close();
      this.#session = undefined;
      this.#session = await OutboxSession.open(this.#options.databaseUrl, this.#options.service);
    }
    this.#standby = !this.#session.held && !(await this.#session.tryLock());
    if (this.#standby) {
      await this.#compareBeside(this.#session);
      return lockPollMs;
    }
    this.#publisher ??= await this.#connect(this.#session);
    if (this.#publisher === undefined) return decisionPollMs;
    if (Date.now() - this.#watchedAt > watchMs) await this.#watch(this.#publisher);
    return (await this.#publish(this.#session, this.#publisher)) ? this.#idle() : 0;
  }

  /** Commits of this process wake the relay. Those of others are found by polling, the more seldom the longer there are none. */
  #idle(): number {
    this.#idleMs = Math.min(longestPollMs, this.#idleMs * 2);
    return this.#idleMs;
  }

  /** @returns whether there was nothing more to do */
  async #publish(session: OutboxSession, publisher: Publisher): Promise<boolean> {
    const { probe } = this.#options;
    const batch = await session.read();
    if (batch.rows.length > 0 || batch.again !== undefined) {
      this.#idleMs = pollMs / 2;
      this.#inHand = true;
      await probe?.('relay.read');
      // Without the lock another relay may be sending: what we would add now could overtake it.
      if (!session.held) throw new Error('the lock or the lease is lost: nothing is sent');
      const { tails, compared } = await publisher.send(batch.rows);
      await probe?.('relay.sent');
      await this.#ownTopics.examine(compared);
      await session.mark(batch, tails);
      this.#sent += batch.rows.length;
      await probe?.('relay.marked');
      this.#inHand = false;
    }
    this.#freshAt = Date.now();
    return !batch.more;
  }

  /** Somebody else may have written to the topics of this service: what they hold is compared from time to time. */
  async #watch(publisher: Publisher): Promise<void> {
    await this.#ownTopics.watch(publisher.tails);
    this.#watchedAt = Date.now();
  }

  get #waits(): boolean {
    return this.#standby ? (this.#session?.waits ?? false) : this.#ownTopics.waits;
  }

  /** Another process publishes and has compared, or is about to: this one looks for itself once in each session. */
  async #compareBeside(session: OutboxSession): Promise<void> {
    if (this.#comparedIn === session || session.waits) return;
    await this.#ensureTopics();
    if (await this.#ownTopics.compare()) this.#noteCompared(session);
  }

  #noteCompared(session: OutboxSession): void {
    this.#comparedIn = session;
    this.#compared.resolve();
  }

  async #ensureTopics(): Promise<void> {
    const { service, brokers, namespace, logger } = this.#options;
    await ensureTopics(brokers, namespace, topicsWrittenBy(service), logger);
  }

  /**
   * A publisher that writes only while this session holds the lock and its lease; undefined while the database went back
   * and nobody has decided. The topics are compared with the outbox first.
   * @rule DATABASE-WENT-BACK
   */
  async #connect(session: OutboxSession): Promise<Publisher | undefined> {
    if (this.#ownTopics.waits && (await session.wentBack())) return undefined;
    await this.#ensureTopics();
    const tails = await this.#ownTopics.open();
    this.#watchedAt = Date.now();
    if (tails === undefined) return undefined;
    this.#noteCompared(session);
    return Publisher.connect(this.#options, tails, () => session.held);
  }

  // After an error the sequence numbers of an idempotent producer may be off for good: a fresh one has an id of its own.
  async #dropPublisher(): Promise<void> {
    const publisher = this.#publisher;
    this.#publisher = undefined;
    await publisher?.close();
  }
}

const pollMs = 50;
const longestPollMs = 800;
const lockPollMs = 250;
const decisionPollMs = 500;
const watchMs = 10_000;
