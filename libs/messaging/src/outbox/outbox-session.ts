import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { leaseHolds, leaseTimes, readClocks } from './lease.ts';
import type { ClockReading } from './lease.ts';
import { batchOf, bytesAtOnce, markAgainSql, markSql, readSql, rowsAtOnce } from './outbox-rows.ts';
import type { FoundRow, OutboxBatch } from './outbox-rows.ts';
import { tailColumns } from '../restore/own-tails-rows.ts';
import type { Tail } from '../restore/own-tails.ts';

/**
 * The one connection through which a relay works. It holds an advisory lock for its life, so that losing the connection
 * and losing the lock are the same thing; and a lease that it renews, so that a process that hangs loses both: the server
 * ends a session that is silent for nine seconds, and so does another relay that finds the lease expired.
 * @rule RELAY-LEASE
 */
export class OutboxSession {
  readonly #client: Client;
  readonly #holder = randomUUID();
  #heartbeat: NodeJS.Timeout | undefined;
  #renewing = false;
  #asked: ClockReading | undefined;
  #term = 0;
  #lost = false;
  #waits = false;

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

  /** The database went back and nobody has decided, as of the last try to become the one that publishes. */
  get waits(): boolean {
    return this.#waits;
  }

  /**
   * Tries to become the one that publishes; ends the session of a holder whose lease has expired, so that the next try
   * succeeds. Locks belong to a database, so the number is the same in every service.
   */
  async tryLock(): Promise<boolean> {
    const asked = readClocks();
    const { rows } = await this.#query<{ held: boolean; waits: boolean }>('lock', lockSql, []);
    this.#waits = rows[0]?.waits ?? false;
    if (rows[0]?.held !== true) return false;
    const lease = await this.#query<{ term: string }>('lease', takeLeaseSql, [this.#holder, leaseTimes.others]);
    this.#term = Number(lease.rows[0]?.term);
    this.#asked = asked;
    this.#heartbeat = setInterval(() => void this.#renew(), leaseTimes.renew);
    return this.held;
  }

  /**
   * What is to be sent next: at most 500 rows, and about as many bytes as one record batch may have. Where topics are
   * published again, rows of these; otherwise the oldest that are not published.
   */
  async read(): Promise<OutboxBatch> {
    return batchOf((await this.#query<FoundRow>('read', readSql, [rowsAtOnce, bytesAtOnce])).rows);
  }

  /** Notes that the facts of a batch are at the broker, and where the partitions end that they went to. */
  async mark(batch: OutboxBatch, tails: readonly Tail[]): Promise<void> {
    const values = [batch.rows.map(({ seq }) => seq), ...tailColumns(tails)];
    if (batch.again === undefined) await this.#query('mark', markSql, values);
    else {
      const { asked, last, done } = batch.again;
      await this.#query('mark-again', markAgainSql, [...values, asked, last, done]);
    }
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
  SELECT held, EXISTS (SELECT FROM epoch WHERE went_back_at IS NOT NULL) AS waits,
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
