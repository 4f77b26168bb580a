import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suiteClockKey, suiteClockSet, topics } from '@recapito/contracts';
import type { EventDefinition, TopicName } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { migrate, serviceLogger, start } from '@recapito/platform';
import type { PrismaClientLike, RehearsalState, RunningService, Service } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { root } from '@recapito/tools/servers';
import { Client } from 'pg';
import { eventually } from './eventually.ts';
import { freshDatabase } from './fresh-database.ts';
import type { FreshDatabase } from './fresh-database.ts';
import { namespace } from './namespace.ts';
import { servers } from './servers.ts';
import { operatorToken, secretsFolder, serviceToken } from './spec-secrets.ts';

/** An answer of a service, decoded. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** A fact as it lies in the outbox of the service that told it. */
export interface ToldFact {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly sequence: number;
  readonly time: Instant;
  readonly data: Record<string, unknown>;
}

/** How a request is made: as nobody when `as` is left out, as the operator, or as another service. */
export interface StageRequest {
  readonly as?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * What the specs of one service stand on: a database with its migrations, topics of its own, secrets, the driver that
 * sets the clock, and the service itself, started from its description in `src/service.ts`.
 */
export class ServiceStage<Prisma extends PrismaClientLike> {
  readonly app: string;
  readonly namespace = namespace();
  readonly secrets = secretsFolder();
  readonly folder = mkdtempSync(join(tmpdir(), 'recapito-stage-'));
  readonly #describe: (environment: Record<string, string>) => Service<Prisma>;
  readonly #publishers = new Map<string, DirectPublisher>();
  /** A promise, so that whoever asks at once gets the same database. */
  #database: Promise<FreshDatabase> | undefined;
  #service: RunningService<Prisma> | undefined;
  #set = 0;

  /** @param describe makes the service from its environment, as its main.ts does. */
  constructor(app: string, describe: (environment: Record<string, string>) => Service<Prisma>) {
    this.app = app;
    this.#describe = describe;
  }

  /** Starts the service at an instant of the suite. Again after `stop`: the database and the topics are the same. */
  async open(at: Instant, more: Record<string, string> = {}): Promise<void> {
    this.#service = await start(this.#describe({ ...(await this.environment()), ...more }));
    await this.setClock(at);
    await this.#service.ready;
  }

  /** The environment of the service on this stage, with its database made. */
  async environment(): Promise<Record<string, string>> {
    this.#database ??= freshDatabase({ app: this.app, migrate });
    const database = await this.#database;
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_KAFKA_BROKERS: servers().kafkaBrokers.join(','),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: join(root, 'programmes'),
      RECAPITO_LOG_LEVEL: 'silent',
    };
  }

  get service(): RunningService<Prisma> {
    if (this.#service === undefined) throw new Error('the stage is not open');
    return this.#service;
  }

  /** The service's own database, in its runtime role. */
  get client(): Prisma {
    const { database } = this.service.platform;
    if (database === undefined) throw new Error(`${this.app} has no database`);
    return database.client;
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async end(): Promise<void> {
    await this.stop();
    for (const publisher of this.#publishers.values()) await publisher.close();
    await (await this.#database)?.drop();
    for (const folder of [this.secrets, this.folder]) rmSync(folder, { recursive: true });
  }

  /** Moves the suite clock, as the driver of a rehearsal does, and waits until the service shows it. */
  async setClock(at: Instant): Promise<void> {
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    await this.#as('rehearsal').publish(suiteClockSet, { key: suiteClockKey, sequence: ++this.#set, time: at, data });
    await eventually(() => this.#service === undefined || this.#service.platform.clock.reading()?.instant === at);
  }

  /** Says a fact as the service that writes its topic. @returns the fact's id. */
  async say<Data>(definition: EventDefinition<Data>, key: string, data: Data, time: Instant): Promise<string> {
    return this.#as(topics[definition.topic].writer).publish(definition, { key, sequence: 1, time, data });
  }

  /** Every fact that the service has told so far on a topic, about a key where one is given, in order. */
  async told(topic: TopicName, key?: string): Promise<ToldFact[]> {
    const reader = new Client({ connectionString: (await this.environment())['RECAPITO_DATABASE_URL'] });
    await reader.connect();
    try {
      const { rows } = await reader.query<StoredFact>(
        'SELECT id, topic, key, type, sequence, time, value FROM outbox WHERE topic = $1 AND key = coalesce($2, key) ORDER BY seq',
        [topic, key ?? null],
      );
      return rows.map(({ value, time, sequence, ...row }) => ({
        ...row,
        sequence: Number(sequence),
        time: instant(time.getTime()),
        data: JSON.parse(value) as Record<string, unknown>,
      }));
    } finally {
      await reader.end();
    }
  }

  /** Calls the service. A body that is neither text nor bytes is sent as JSON; an answer that is no JSON is text. */
  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    request: StageRequest = {},
  ): Promise<Answer<Body>> {
    const { body, headers } = request;
    const asIs = typeof body === 'string' || body instanceof Uint8Array;
    const token = request.token ?? (await this.#tokenOf(request.as));
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && !asIs && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: asIs ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Body, headers: response.headers };
  }

  /** What the driver of a rehearsal is told. */
  async rehearsalState(): Promise<RehearsalState> {
    return (await this.call<RehearsalState>('GET', '/rehearsal/state', { as: 'operator' })).body;
  }

  async #tokenOf(caller: string | undefined): Promise<string | undefined> {
    if (caller === undefined) return undefined;
    return caller === 'operator' ? operatorToken : serviceToken(this.secrets, caller, this.app);
  }

  #as(service: string): DirectPublisher {
    let publisher = this.#publishers.get(service);
    if (publisher === undefined) {
      const logger = serviceLogger(service, 'silent');
      const { namespace } = this;
      publisher = new DirectPublisher({ service, brokers: servers().kafkaBrokers, namespace, logger });
      this.#publishers.set(service, publisher);
    }
    return publisher;
  }
}

interface StoredFact {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly sequence: string;
  readonly time: Date;
  readonly value: string;
}
