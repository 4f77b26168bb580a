import type { TopicName } from '@recapito/contracts';
import { topicsWrittenBy } from '@recapito/contracts';
import type { Producer } from 'kafkajs';
import { kafkaClient, producerSettings } from './kafka.ts';
import type { Probe, ServiceConnection } from './logger.ts';
import { words } from './logger.ts';
import { OutboxSession } from './outbox-session.ts';
import type { OutboxBatch } from './outbox-session.ts';
import { Pause } from './pause.ts';
import { statesFirst } from './states-first.ts';
import { ensureTopics, physicalTopic } from './topics.ts';

/** Where a crash spec may kill a relay: rows read and not sent, sent and not marked, marked. */
export type RelayPoint = 'relay.read' | 'relay.sent' | 'relay.marked';

export interface RelayOptions extends ServiceConnection {
  /** The service's database; the relay holds one connection of its own for its life. */
  readonly databaseUrl: string;
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
  readonly #pause = new Pause();
  #stopped = false;
  #running: Promise<void> | undefined;
  #session: OutboxSession | undefined;
  #producer: Producer | undefined;
  #inHand = false;
  #idleMs = pollMs / 2;
  #sent = 0;
  #freshAt: number | null = null;
  #lastError: string | null = null;
  #standby = false;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Begins; returns at once. Neither a database nor a broker that is away ends it. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Says that facts were committed: they are read now instead of at the next poll. */
  nudge(): void {
    this.#pause.end();
  }

  /** Finishes the batch in hand and lets go of the lock. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.end();
    await this.#running;
  }

  state(): RelayState {
    return {
      leading: this.#session?.held ?? false,
      term: this.#session?.term ?? 0,
      standby: this.#standby,
      brokerConnected: this.#producer !== undefined,
      sent: this.#sent,
      inHand: this.#inHand,
      ageMs: this.#freshAt === null ? null : Date.now() - this.#freshAt,
      lastError: this.#lastError,
    };
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      try {
        const idle = await this.#turn();
        failures = 0;
        this.#lastError = null;
        if (idle) await this.#rest();
      } catch (error) {
        failures += 1;
        this.#inHand = false;
        this.#standby = false;
        this.#lastError = words(error);
        this.#options.logger.warn({ failures, error: words(error) }, 'the relay starts again');
        await this.#dropProducer();
        await this.#pause.begin(Math.min(2_000, 100 * 2 ** Math.min(failures, 5)));
      }
    }
    await this.#dropProducer();
    await this.#session?.close();
  }

  /** Waits for a commit of this process. Commits of others are found by polling, the more seldom the longer there are none. */
  async #rest(): Promise<void> {
    this.#idleMs = Math.min(longestPollMs, this.#idleMs * 2);
    await this.#pause.begin(this.#idleMs);
  }

  /** One step: lock, or connect, or read-send-mark. Tells whether there was nothing to do. */
  async #turn(): Promise<boolean> {
    if (!this.#session || this.#session.lost) {
      await this.#dropProducer();
      await this.#session?.close();
      this.#session = undefined;
      this.#session = await OutboxSession.open(this.#options.databaseUrl, this.#options.service);
    }
    this.#standby = !this.#session.held && !(await this.#session.tryLock());
    if (this.#standby) {
      await this.#pause.begin(lockPollMs);
      return false;
    }
    this.#producer ??= await this.#connect(this.#session);
    return this.#publish(this.#session, this.#producer);
  }

  async #publish(session: OutboxSession, producer: Producer): Promise<boolean> {
    const { probe } = this.#options;
    const batch = await session.read();
    if (batch.rows.length > 0) {
      this.#idleMs = pollMs / 2;
      this.#inHand = true;
      await probe?.('relay.read');
      // Without the lock another relay may be sending: what we would add now could overtake it.
      if (!session.held) throw new Error('the lock or the lease is lost: nothing is sent');
      for (const rows of statesFirst(batch.rows))
        await producer.sendBatch({ acks: -1, topicMessages: this.#messages(rows) });
      await probe?.('relay.sent');
      await session.mark(batch);
      this.#sent += batch.rows.length;
      await probe?.('relay.marked');
      this.#inHand = false;
    }
    this.#freshAt = Date.now();
    return !batch.more;
  }

  #messages(rows: OutboxBatch['rows']) {
    const byTopic = Map.groupBy(rows, ({ topic }) => topic);
    return [...byTopic].map(([topic, those]) => ({
      topic: physicalTopic(this.#options.namespace, topic),
      messages: those.map(({ key, value, headers }) => ({ key, value, headers })),
    }));
  }

  /** A producer that writes only while this session holds the lock and its lease. */
  async #connect(session: OutboxSession): Promise<Producer> {
    const { service, brokers, namespace, logger } = this.#options;
    const own: TopicName[] = topicsWrittenBy(service);
    await ensureTopics(brokers, namespace, own, logger);
    const client = kafkaClient({ clientId: `${service}-relay`, brokers, logger, mayWrite: () => session.held });
    const producer = client.producer(producerSettings);
    await producer.connect();
    return producer;
  }

  // After an error the sequence numbers of an idempotent producer may be off for good: a fresh one has an id of its own.
  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }
}

const pollMs = 50;
const longestPollMs = 800;
const lockPollMs = 250;
