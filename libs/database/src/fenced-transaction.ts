import { DriverAdapterError, type SqlQuery, type SqlResultSet, type Transaction } from '@prisma/driver-adapter-utils';

/**
 * A transaction of Prisma's adapter that takes no statement once its end has begun: its connection will be somebody
 * else's, and what still comes (work that was given up after its time, a call that nobody waited for) has no part in it.
 */
export class FencedTransaction implements Transaction {
  readonly provider = 'postgres';
  readonly adapterName: string;
  /** COMMIT and ROLLBACK are sent here and not by Prisma's engine, so that nothing comes between them and the fence. */
  readonly options = { usePhantomQuery: true };
  readonly #transaction: Transaction;
  #over = false;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
    this.adapterName = transaction.adapterName;
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    this.#mustGoOn();
    return await this.#transaction.queryRaw(query);
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    this.#mustGoOn();
    return await this.#transaction.executeRaw(query);
  }

  async commit(): Promise<void> {
    this.#over = true;
    try {
      await this.#transaction.executeRaw(bare('COMMIT'));
    } catch (error) {
      await this.#transaction.rollback();
      throw error;
    }
    await this.#transaction.commit();
  }

  async rollback(): Promise<void> {
    this.#over = true;
    try {
      await this.#transaction.executeRaw(bare('ROLLBACK'));
    } finally {
      await this.#transaction.rollback();
    }
  }

  #mustGoOn(): void {
    if (!this.#over) return;
    throw new DriverAdapterError({ kind: 'TransactionAlreadyClosed', cause: 'a statement came after the end' });
  }
}

function bare(sql: string): SqlQuery {
  return { sql, args: [], argTypes: [] };
}
