import { randomUUID } from 'node:crypto';
import type { TopicName } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import { Client } from 'pg';
import { headersOf } from './codec.ts';
import type { FactHeaders } from './codec.ts';
import { leaseHolds, leaseTimes, readClocks } from './lease.ts';
import type { ClockReading } from './lease.ts';
import { saveTailsSql, tailColumns } from './own-tails-rows.ts';
import type { Tail } from './own-tails.ts';

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
 * The one connection through which a relay works. It holds an advisory lock for its life, so that losing the connection
 * and losing the lock are the same thing; and a lease that it renews, so that a process that hangs loses both: the server
 * ends a session that is silent for nine seconds, and so does another relay that finds the lease expired. // RELAY-LEASE
 */
export class OutboxSession {
  readonly #client: Client;
  readonly #holder = randomUUID();
  #heartbeat: NodeJS.Timeout | undefined;
  #renewing = false;
  #asked: ClockReading | undefined;
  #term = 0;
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
      query_timeout: leaseTimes.own,
      keepAlive: true,
    });
    const session = new OutboxSession(client);
    await client.connect();
    await session.#query('settings', settingsSql, []);
    return session;
  }

  /** The connection is gone and the lock with it, or the lease was not renewed in time. */
  get lost(): boolean {
    return this.#lost || (this.#asked !== undefined && !leaseHolds(this.#asked, readClocks()));
  }

  /** This connection holds the lock, and its lease has not ended: whoever sends asks at each write. */
  get held(): boolean {
    return this.#asked !== undefined && !this.lost;
  }

  /** Counts the relays that have held the lease of this database. */
  get term(): number {
    return this.#term;
  }

  /**
   * Tries to become the one that publishes; ends the session of a holder whose lease has expired, so that the next try
   * succeeds. Locks belong to a database, so the number is the same in every service.
   */
  async tryLock(): Promise<boolean> {
    const asked = readClocks();
    const { rows } = await this.#query<{ held: boolean }>('lock', lockSql, []);
    if (rows[0]?.held !== true) return false;
    const lease = await this.#query<{ term: string }>('lease', takeLeaseSql, [this.#holder, leaseTimes.others]);
    this.#term = Number(lease.rows[0]?.term);
    this.#asked = asked;
    this.#heartbeat = setInterval(() => void this.#renew(), leaseTimes.renew);
    return this.held;
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

  /** Notes that the facts of a batch are at the broker, and where the partitions end that they went to. */
  async mark(batch: OutboxBatch, tails: readonly Tail[]): Promise<void> {
    await this.#query('mark', markSql, [batch.rows.map(({ seq }) => seq), ...tailColumns(tails)]);
  }

  /** Whether the database went back and nobody has decided yet: nothing may be published. */
  async wentBack(): Promise<boolean> {
    const { rows } = await this.#query('went-back', 'SELECT FROM epoch WHERE went_back_at IS NOT NULL', []);
    return rows.length > 0;
  }

  /** Gives the lease back and ends the connection. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    if (this.held) await this.#query('release', releaseSql, [this.#holder]).catch(() => undefined);
    this.#lose();
    await this.#client.end().catch(() => undefined);
  }

  async #renew(): Promise<void> {
    if (this.#renewing || this.#lost) return;
    this.#renewing = true;
    const asked = readClocks();
    try {
      const { rowCount } = await this.#query('renew', renewSql, [this.#holder, leaseTimes.others]);
      if (rowCount === 1) this.#asked = asked;
      else this.#lose();
    } catch {
      // The failed query has marked the session as lost: its owner opens another one.
    } finally {
      this.#renewing = false;
    }
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
    clearInterval(this.#heartbeat);
  }
}

// The server itself ends a session whose client is silent or whose host has vanished. Settings of TCP have no effect on
// a local socket, which does not need them.
const settingsSql = `
  SELECT set_config('idle_session_timeout', '${leaseTimes.others}', false),
         set_config('statement_timeout', '${leaseTimes.own}', false),
         set_config('tcp_keepalives_idle', '2', false),
         set_config('tcp_keepalives_interval', '2', false),
         set_config('tcp_keepalives_count', '3', false),
         set_config('tcp_user_timeout', '${leaseTimes.others}', false)`;

const lockKey = `hashtextextended('recapito.outbox.relay', 0)`;

// A holder of an earlier release has no lease row and is never ended.
const lockSql = `
  WITH tried AS MATERIALIZED (SELECT pg_try_advisory_lock(${lockKey}) AS held)
  SELECT held,
         CASE WHEN NOT held AND EXISTS (SELECT FROM relay_lease WHERE until < clock_timestamp())
              THEN (SELECT count(pg_terminate_backend(pid)) FROM pg_locks
                    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND (classid::bigint << 32 | objid::bigint) = ${lockKey})
         END AS ended
  FROM tried`;

const takeLeaseSql = `
  INSERT INTO relay_lease AS lease (term, holder, renewed_at, until)
  VALUES (1, $1::uuid, clock_timestamp(), clock_timestamp() + $2::int * interval '1 ms')
  ON CONFLICT (single) DO UPDATE
    SET term = lease.term + 1, holder = excluded.holder, renewed_at = excluded.renewed_at, until = excluded.until
  RETURNING term::text`;

const renewSql = `
  UPDATE relay_lease SET renewed_at = clock_timestamp(), until = clock_timestamp() + $2::int * interval '1 ms'
  WHERE holder = $1::uuid`;

const releaseSql = 'UPDATE relay_lease SET until = NULL WHERE holder = $1::uuid';

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

const markSql = `
  WITH tails AS (${saveTailsSql('$2', '$3', '$4')})
  UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[])`;
