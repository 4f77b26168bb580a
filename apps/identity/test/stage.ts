import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { addressReserved, movePlanned, suiteClockKey, suiteClockSet, switched } from '@recapito/contracts';
import type { DataOf, EventDefinition, TopicName } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { migrate, parseConfig, serviceLogger, ServiceTokens, start } from '@recapito/platform';
import type { RehearsalState, RunningService } from '@recapito/platform';
import { instant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { childProcess, eventually, freshDatabase, namespace, servers } from '@recapito/testing';
import type { FreshDatabase, SpecProcess } from '@recapito/testing';
import { identityConfig } from '../src/config.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { identityService } from '../src/service.ts';

export const august = parseInstant('2010-08-02T07:00:00Z');
export const lastMillisecond = parseInstant('2010-09-15T21:59:59.999Z');
export const bound = parseInstant('2010-09-15T22:00:00Z');

/** argon2id as cheap as it gets: for specs whose subject is not its cost. */
export const cheapHashes = { RECAPITO_ARGON2_MEMORY_KIB: '64', RECAPITO_ARGON2_PASSES: '1' };

/** How long a start, or a fact on its way, may take on a machine that does much else. */
const patienceMs = 60_000;

/** Time for hooks and tests that start processes. */
export const unhurried = 120_000;

const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** An answer of identity, decoded. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** A fact that identity has told, as it lies in its outbox. */
export interface ToldFact {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly sequence: number;
  readonly time: Instant;
  readonly data: Record<string, unknown>;
}

/** What the specs of one file stand on: a database, a namespace, secrets, the driver, and identity itself. */
export class Stage {
  readonly namespace = namespace();
  readonly secrets = secretsFolder();
  readonly #publishers = new Map<string, DirectPublisher>();
  readonly #undo: (() => unknown)[] = [];
  #database: FreshDatabase | undefined;
  #client: PrismaClient | undefined;
  #url: string | undefined;
  #clockSet = 0;
  #said = 0;

  /** Starts identity in this process, at an instant of the suite. */
  async open(more: Record<string, string> = cheapHashes, at: Instant = august): Promise<RunningService<PrismaClient>> {
    const reading = parseConfig(identityConfig, { ...(await this.environment()), ...more });
    if ('faults' in reading) throw new Error(reading.faults);
    const running = await start(identityService(reading.config));
    this.#undo.unshift(() => running.stop());
    this.#url = running.url;
    await this.setClock(at);
    await running.ready;
    return running;
  }

  /** Starts identity as a process of its own, which says where it listens; the calls that follow go to it. */
  async openProcess(more: Record<string, string> = cheapHashes, at: Instant = august): Promise<SpecProcess> {
    const program = new URL('identity-process.ts', import.meta.url).pathname;
    const child = childProcess(program, { environment: { ...(await this.environment()), ...more } });
    this.#undo.unshift(() => child.cleanUp());
    this.#url = (await child.line(/^listening /, patienceMs)).slice('listening '.length);
    await this.setClock(at);
    await child.line('ready', patienceMs);
    return child;
  }

  /** The environment of an identity on this stage, with its database made. */
  async environment(): Promise<Record<string, string>> {
    this.#database ??= await freshDatabase({ app: 'identity', migrate });
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: this.#database.url,
      RECAPITO_KAFKA_BROKERS: servers().kafkaBrokers.join(','),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: tmpdir(),
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: programmes,
      RECAPITO_LOG_LEVEL: 'silent',
      UV_THREADPOOL_SIZE: '8',
    };
  }

  /** Where identity listens. */
  get url(): string {
    if (this.#url === undefined) throw new Error('the stage is not open');
    return this.#url;
  }

  /** Identity's own database, in its runtime role. */
  get client(): PrismaClient {
    if (this.#database === undefined) throw new Error('the database is not made');
    this.#client ??= new PrismaClient({ adapter: new PrismaPg({ connectionString: this.#database.url, max: 4 }) });
    return this.#client;
  }

  async end(): Promise<void> {
    for (const undo of this.#undo) await undo();
    for (const publisher of this.#publishers.values()) await publisher.close();
    await this.#client?.$disconnect();
    await this.#database?.drop();
    rmSync(this.secrets, { recursive: true });
  }

  /** Moves the suite clock, as the driver of a rehearsal does, and waits until identity shows it. */
  async setClock(at: Instant): Promise<void> {
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    await this.#as('rehearsal').publish(suiteClockSet, {
      key: suiteClockKey,
      sequence: ++this.#clockSet,
      time: at,
      data,
    });
    await eventually(async () => (await this.rehearsalState()).clock?.instant === at, { withinMs: patienceMs });
  }

  /** Migration plans a move; resolves when identity has worked on it. */
  async plan(move: DataOf<typeof movePlanned>): Promise<void> {
    await this.#say('migration', movePlanned, move.holder, move);
  }

  /** Mailbox keeps an address for a holder; resolves when identity has worked on it. */
  async reserve(data: DataOf<typeof addressReserved>): Promise<void> {
    await this.#say('mailbox', addressReserved, data.holder, data);
  }

  /** Mailbox opens the new box; resolves when identity has worked on it. */
  async switch(data: DataOf<typeof switched>): Promise<void> {
    await this.#say('mailbox', switched, data.holder, data);
  }

  /** Every fact that identity has told so far on a topic, about a key where one is given, in order. */
  async told(topic: TopicName, key?: string): Promise<ToldFact[]> {
    const rows = await this.client.outboxRow.findMany({
      where: { topic, ...(key !== undefined && { key }) },
      orderBy: { seq: 'asc' },
    });
    return rows.map((row) => ({
      topic: row.topic,
      key: row.key,
      type: row.type,
      sequence: Number(row.sequence),
      time: instant(row.time.getTime()),
      data: JSON.parse(row.value) as Record<string, unknown>,
    }));
  }

  /** Calls identity as nobody, as a holder with a session's token, as a service, or as the operator. */
  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { body, token, headers = {} }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const decoded: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, body: decoded as Body, headers: response.headers };
  }

  /** A token by which a service proves itself to identity. */
  async serviceToken(service: string): Promise<string> {
    const sign = createPrivateKey(readFileSync(join(this.secrets, 'suite-token.key')));
    return await new ServiceTokens(service, { sign, verify: createPublicKey(sign) }).issue('identity');
  }

  operatorToken(): string {
    return readFileSync(join(this.secrets, 'operator.token'), 'utf8');
  }

  /** What the driver of a rehearsal is told. */
  async rehearsalState(): Promise<RehearsalState> {
    return (await this.call<RehearsalState>('GET', '/rehearsal/state', { token: this.operatorToken() })).body;
  }

  /** Says a fact as another service, and waits until identity has worked on every one said so far. */
  async #say<Data>(service: string, definition: EventDefinition<Data>, key: string, data: Data): Promise<void> {
    await this.#as(service).publish(definition, { key, sequence: 1, time: august, data });
    this.#said++;
    await eventually(
      async () => {
        const { counters } = await this.rehearsalState();
        const worked = ['facts.handled', 'facts.skipped', 'facts.deadLettered', 'facts.queued'];
        return worked.reduce((sum, name) => sum + (counters[name] ?? 0), 0) >= this.#said;
      },
      { withinMs: patienceMs },
    );
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

/** A folder of secrets as the bootstrap makes it. */
function secretsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-identity-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  put('suite-token.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  put('first-access.key', '0f'.repeat(32));
  put('operator.token', 'operatore-di-prova');
  return folder;
}
