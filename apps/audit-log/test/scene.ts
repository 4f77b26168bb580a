import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suiteClockKey, suiteClockSet } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { DirectPublisher, ensureTopics, physicalTopic } from '@recapito/messaging';
import type { RawRecord } from '@recapito/messaging';
import { Database, migrate } from '@recapito/database';
import { parseConfig, serviceLogger, start } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import {
  addKeyPair,
  bareKafka,
  brokerSettings,
  deleteTopics,
  freshDatabase,
  namespace,
  prepareFor,
  servers,
} from '@recapito/testing';
import type { FreshDatabase } from '@recapito/testing';
import { Pool } from 'pg';
import { auditLogConfig } from '../src/config.ts';
import { BulkTransactions } from '../src/persistence/bulk-transactions.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { auditLogService } from '../src/service.ts';

export const origin = 'gestore.example/trace';

/** The seed of a key that signs checkpoints in specs; its public half is in no file. */
export const checkpointSeed = '11'.repeat(32);

/** A trace's database and topics for one spec file, and the services that are started on them. */
export class Scene {
  readonly namespace = namespace();
  readonly folder = mkdtempSync(join(tmpdir(), 'audit-log-'));
  readonly transactions: BulkTransactions;
  readonly prisma: Database<PrismaClient>;
  /** In the role that owns the tables: what the service cannot do, and a person with the owner's password can. */
  readonly owner: Pool;
  readonly #undo: (() => unknown)[] = [];
  #clockSettings = 0;
  #prepared: Promise<void> | undefined;

  private constructor(readonly database: FreshDatabase) {
    this.transactions = new BulkTransactions(database.url);
    this.prisma = new Database(PrismaClient, database.url);
    this.owner = new Pool({ connectionString: database.migratorUrl, max: 2 });
    // The database is dropped with whoever still hangs on it.
    this.owner.on('error', () => undefined);
  }

  static async open(): Promise<Scene> {
    const scene = new Scene(await freshDatabase({ app: 'audit-log', migrate }));
    addKeyPair(scene.folder, 'audit-log', 'service');
    scene.#secret('checkpoint.key', checkpointSeed);
    scene.#secret('operator.token', 'operator-of-the-spec');
    return scene;
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.toReversed()) await undo();
    await this.transactions.close();
    await this.prisma.close();
    await this.owner.end();
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }

  /** The environment in which the service runs here, in this process or in another. */
  get environment(): Record<string, string> {
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: this.database.url,
      ...brokerSettings('audit-log'),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.folder,
      RECAPITO_PROGRAMMES: this.folder,
      RECAPITO_LOG_LEVEL: process.env['SPEC_LOG'] ?? 'silent',
      RECAPITO_TRACE_ORIGIN: origin,
    };
  }

  /** Makes all topics, which the service reads: only for scenes with a service, for they are two hundred partitions. */
  async prepareBroker(): Promise<void> {
    await (this.#prepared ??= prepareFor('audit-log', this.namespace));
  }

  /** Starts the service in this process; it is stopped with the scene. */
  async service(more: Readonly<Record<string, string>> = {}): Promise<RunningService<PrismaClient>> {
    const reading = parseConfig(auditLogConfig, { ...this.environment, ...more });
    if ('faults' in reading) throw new Error(reading.faults);
    await this.prepareBroker();
    const running = await start(auditLogService(reading.config));
    this.#undo.push(() => running.stop());
    await running.ready;
    // Prisma loads its query compiler at the first question, which Jest only allows while a hook or a test runs.
    await running.platform.database?.check();
    return running;
  }

  /** Asks the service, as the operator. */
  async ask(service: RunningService<PrismaClient>, path: string, init: Asking = {}): Promise<Response> {
    const headers = { authorization: 'Bearer operator-of-the-spec', 'idempotency-key': randomUUID() };
    return fetch(`${service.url}${path}`, { ...init, headers: { ...headers, ...init.headers } });
  }

  /** Moves the suite clock, as the driver of a rehearsal does. */
  async setClock(at: Instant): Promise<void> {
    const logger = serviceLogger('rehearsal', 'silent');
    const brokers = servers().kafkaBrokers;
    const driver = new DirectPublisher({ service: 'rehearsal', brokers, namespace: this.namespace, logger });
    this.#clockSettings += 1;
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    await driver.publish(suiteClockSet, { key: suiteClockKey, sequence: this.#clockSettings, time: at, data });
    await driver.close();
  }

  /** Sends records to one partition, in order, as they are. */
  async send(topic: TopicName, partition: number, records: readonly SentRecord[]): Promise<void> {
    await ensureTopics(servers().kafkaBrokers, this.namespace, [topic]);
    const producer = bareKafka().producer();
    await producer.connect();
    const messages = records.map(({ id, key, value, type }) => ({
      key,
      value,
      partition,
      headers: { ce_id: id, ce_time: '2010-08-02T07:00:00.000Z', ...(type !== undefined && { ce_type: type }) },
    }));
    for (let from = 0; from < messages.length; from += 1_000)
      await producer.send({
        topic: physicalTopic(this.namespace, topic),
        messages: messages.slice(from, from + 1_000),
      });
    await producer.disconnect();
  }

  /** Deletes a topic with all that it holds, and makes it again, empty. */
  async wipe(topic: TopicName): Promise<void> {
    await deleteTopics(this, [topic]);
    await ensureTopics(servers().kafkaBrokers, this.namespace, [topic]);
  }

  /** Puts the database back to the state in which it had nothing, while topics and files stay as they are. */
  async emptyDatabase(): Promise<void> {
    const { rows } = await this.owner.query<{ name: string }>(
      `SELECT 'entry_' || to_char(day, 'YYYY_MM_DD') AS name FROM trace_day`,
    );
    for (const { name } of rows) await this.owner.query(`DROP TABLE ${name}`);
    await this.owner.query(
      `TRUNCATE trace_day, sequenced_batch, ingested_id, reused_id, tile, checkpoint, ingest_position, partition_break,
                declared_log, log_break, named_reading, outbox, relay_tail, republication, forgotten_fact, keyed_request`,
    );
  }

  /** What the trace says, entry by entry. */
  async entries(): Promise<FoundEntry[]> {
    const { rows } = await this.owner.query<FoundEntry>(
      `SELECT index::int, day::text, topic, generation, "partition", "offset"::int,
              convert_from(value, 'UTF8') AS value FROM entry ORDER BY index`,
    );
    return rows;
  }

  #secret(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content, { mode: 0o600 });
  }
}

interface Asking {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SentRecord {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  /** `ce_type`; none when absent. */
  readonly type?: string;
}

export interface FoundEntry {
  readonly index: number;
  readonly day: string;
  readonly topic: string;
  readonly generation: number;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/** `count` records with ids of their own, whose values say which they are: `n-0`, `n-1`. */
export function sentRecords(count: number, name = 'n'): SentRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    key: `key-${index % 7}`,
    value: `${name}-${index}`,
  }));
}

/** The same records as the batch runner hands them over, from `offset` on. */
export function rawRecords(
  sent: readonly SentRecord[],
  {
    topic = 'migration.moves.v1',
    partition = 0,
    offset = 0,
  }: { topic?: TopicName; partition?: number; offset?: number } = {},
): RawRecord[] {
  return sent.map(({ id, key, value }, index) => ({
    topic,
    partition,
    offset: String(offset + index),
    timestamp: 1_700_000_000_000,
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: [['ce_id', Buffer.from(id)]],
  }));
}
