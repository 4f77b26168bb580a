import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';

/**
 * The transaction in which a change is made. `Prisma.TransactionClient` is one as it stands; `pgTransactions` makes one
 * of a pg pool. The statements of messaging are constants, so that the driver may prepare them.
 */
export interface SqlTransaction {
  $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

/** Runs work in one transaction: commits when it resolves, rolls back when it rejects. */
export type RunTransaction<Tx extends SqlTransaction = SqlTransaction> = <T>(
  work: (tx: Tx) => Promise<T>,
) => Promise<T>;

/** Transactions straight on a pg pool, every statement prepared: for services without Prisma, specs and benchmarks. */
export function pgTransactions(pool: Pool): RunTransaction {
  return async (work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    // An end between two statements has no query to reject; the next statement fails. Unheard it would end the process.
    const lose = (error: Error): void => void (broken = error);
    client.on('error', lose);
    try {
      await client.query('BEGIN');
      const result = await work(transactionOn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
      throw error;
    } finally {
      client.off('error', lose);
      client.release(broken);
    }
  };
}

function transactionOn(client: PoolClient): SqlTransaction {
  return {
    async $queryRawUnsafe<T>(sql: string, ...values: unknown[]) {
      const { rows } = await client.query({ name: statementName(sql), text: sql, values });
      return rows as T;
    },
    async $executeRawUnsafe(sql: string, ...values: unknown[]) {
      const { rowCount } = await client.query({ name: statementName(sql), text: sql, values });
      return rowCount ?? 0;
    },
  };
}

const names = new Map<string, string>();

function statementName(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    names.set(sql, name);
  }
  return name;
}
