import type { TopicName } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import { Client } from 'pg';
import { headersOf } from './codec.ts';
import type { FactHeaders } from './codec.ts';

/** Facts read from the outbox, ready to be sent, in order. */
export interface OutboxBatch {
  readonly rows: readonly {
    readonly seq: string;
    readonly topic: TopicName;
    readonly key: string;
    readonly value: string;
    readonly headers: FactHeaders;
  }[];
  /** The batch was cut: there is more to read at once. */
  readonly more: boolean;
}

interface Row {
  seq: string;
  id: string;
  topic: TopicName;
  key: string;
  type: string;
  version: number;
  sequence: string;
  time: Date;
  traceparent: string;
  value: string;
  epoch: string;
  appended_at: Date;
}

/**
 * The one connection through which a relay works: it holds the lock for its life, so that losing the connection and
 * losing the lock are the same thing.
 */
export class OutboxSession {
  readonly #client: Client;
  #held = false;
  #lost = false;

  private constructor(client: Client) {
    this.#client = client;
    client.on('error', () => this.#lose());
    client.on('end', () => this.#lose());
  }

  static async open(databaseUrl: string, service: string): Promise<OutboxSession> {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: `${service}-relay`,
      connectionTimeoutMillis: 5_000,
      query_timeout: 10_000,
      keepAlive: true,
    });
    const session = new OutboxSession(client);
    await client.connect();
    return session;
  }

  /** The connection is gone, and the lock with it. */
  get lost(): boolean {
    return this.#lost;
  }

  /** This connection holds the lock. */
  get held(): boolean {
    return this.#held && !this.#lost;
  }

  /** Tries to become the one that publishes. Locks belong to a database, so the number is the same in every service. */
  async tryLock(): Promise<boolean> {
    const { rows } = await this.#query<{ held: boolean }>(
      'lock',
      `SELECT pg_try_advisory_lock(hashtextextended('recapito.outbox.relay', 0)) AS held`,
      [],
    );
    this.#held = rows[0]?.held ?? false;
    return this.#held;
  }

  /** The oldest unpublished facts: at most 500, and about as many bytes as one record batch may have. */
  async read(): Promise<OutboxBatch> {
    const { rows } = await this.#query<Row & { total: number }>('read', readSql, [rowsAtOnce, bytesAtOnce]);
    return {
      rows: rows.map((row) => ({
        seq: row.seq,
        topic: row.topic,
        key: row.key,
        value: row.value,
        headers: headersOf({
          ...row,
          time: instant(row.time.getTime()),
          appendedAt: instant(row.appended_at.getTime()),
        }),
      })),
      more: rows[0] !== undefined && (rows[0].total === rowsAtOnce || rows.length < rows[0].total),
    };
  }

  /** Notes that the facts of a batch are at the broker. */
  async mark(batch: OutboxBatch): Promise<void> {
    await this.#query('mark', markSql, [batch.rows.map(({ seq }) => seq)]);
  }

  async close(): Promise<void> {
    this.#lose();
    await this.#client.end().catch(() => undefined);
  }

  async #query<Result extends object>(name: string, text: string, values: unknown[]) {
    try {
      return await this.#client.query<Result>({ name, text, values });
    } catch (error) {
      // A query that did not come back leaves the connection in an unknown state: a new one has to win the lock.
      this.#lose();
      throw error;
    }
  }

  #lose(): void {
    this.#lost = true;
  }
}

const rowsAtOnce = 500;
// The broker takes 1 MiB per partition and batch; all rows of a batch may be of one partition.
const bytesAtOnce = 768 * 1024;
// What headers and framing add to a row, roughly.
const framing = 600;

// A row that alone is over the bound still goes, alone: append has seen to it that the broker takes it. The oldest are
// asked for in the order of their index, though the first column is NULL in all of them: only such a scan marks the
// entries of rows that were published since, and the next one steps over them.
const readSql = `
  SELECT seq::text, id::text, topic, key, type, version, sequence::text, time, traceparent, value, epoch::text,
         appended_at, total::int
  FROM (
    SELECT *, sum(octet_length(value) + 2 * octet_length(key) + ${framing}) OVER (ORDER BY seq) AS upto,
           row_number() OVER (ORDER BY seq) AS nth, count(*) OVER () AS total
    FROM (SELECT * FROM outbox WHERE published_at IS NULL ORDER BY published_at, seq LIMIT $1::int) AS oldest) AS measured
  WHERE upto <= $2::int OR nth = 1
  ORDER BY measured.seq`;

const markSql = `UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[])`;
