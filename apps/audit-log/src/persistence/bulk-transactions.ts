import type { SqlTransaction } from '@recapito/messaging';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { CopyIn } from './copy-in.ts';
import type { BinaryRows } from './copy-in.ts';

/** The transaction of the ingest: SQL as everywhere, and COPY, for which Prisma has no words. */
export interface BulkTransaction extends SqlTransaction {
  /** Adds rows to a table. */
  copy(table: string, columns: readonly string[], rows: BinaryRows): Promise<void>;
}

/** Transactions on a small pool of the ingest's own, in the service's runtime role. */
export class BulkTransactions {
  readonly #pool: Pool;

  constructor(databaseUrl: string, connections = 3) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: connections,
      application_name: 'audit-log-ingest',
      connectionTimeoutMillis: 5_000,
      options: '-c transaction_timeout=30000',
    });
    // A connection that is lost while idle is replaced at the next call.
    this.#pool.on('error', () => undefined);
  }

  /** Runs work in one transaction (read committed): commits when it resolves, rolls back when it rejects. */
  async run<Result>(work: (tx: BulkTransaction) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // An end between two statements has no query to reject; the next statement fails. Unheard it would end the process.
    const lose = (error: Error): void => void (broken = error);
    client.on('error', lose);
    try {
      await client.query('BEGIN');
      const result = await work(bulkTransactionOn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
      throw error;
    } finally {
      client.off('error', lose);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

function bulkTransactionOn(client: PoolClient): BulkTransaction {
  return {
    async $queryRawUnsafe<T>(sql: string, ...values: unknown[]) {
      return (await client.query(sql, values)).rows as T;
    },
    async $executeRawUnsafe(sql: string, ...values: unknown[]) {
      return (await client.query(sql, values)).rowCount ?? 0;
    },
    async copy(table, columns, rows) {
      await client.query(new CopyIn(table, columns, rows)).done;
    },
  };
}
