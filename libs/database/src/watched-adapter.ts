import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlQuery, SqlQueryable, SqlResultSet, Transaction } from '@prisma/driver-adapter-utils';
import { FencedTransaction } from './fenced-transaction.ts';

/** Where Prisma leaves the transaction that it begins. */
interface Begun {
  transaction?: Transaction;
}

type Connected = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * Prisma's adapter for PostgreSQL, keeping sight of the pool that it makes and of the transactions that it begins. It
 * takes statements itself too, each on a connection of the same pool.
 */
export class WatchedAdapter extends PrismaPg implements SqlQueryable {
  readonly #beginning = new AsyncLocalStorage<Begun>();
  #connected: Promise<Connected> | undefined;
  #driver: ReturnType<Connected['underlyingDriver']> | undefined;

  get pool(): { total: number; idle: number; waiting: number } {
    const { totalCount = 0, idleCount = 0, waitingCount = 0 } = this.#driver ?? {};
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Makes the pool; a second time the same one, until it is disposed of. */
  override async connect(): Promise<Connected> {
    this.#connected ??= this.#connect();
    return await this.#connected;
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return await (await this.connect()).queryRaw(query);
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    return await (await this.connect()).executeRaw(query);
  }

  /** Calls `begin`, which has a Prisma client begin a transaction; `begun` gives it the adapter's side of that one. */
  async observe<Result>(begin: (begun: () => Transaction) => Promise<Result>): Promise<Result> {
    const slot: Begun = {};
    return await this.#beginning.run(slot, () =>
      begin(() => {
        if (slot.transaction === undefined) throw new Error('Prisma began no transaction');
        return slot.transaction;
      }),
    );
  }

  async #connect(): Promise<Connected> {
    const adapter = await super.connect();
    this.#driver = adapter.underlyingDriver();
    const begin = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (level) => this.#noted(new FencedTransaction(await begin(level)));
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      this.#connected = undefined;
      await dispose();
    };
    return adapter;
  }

  /** The first one only: what is begun from within, outside of the transaction, is another one. */
  #noted(transaction: Transaction): Transaction {
    const slot = this.#beginning.getStore();
    if (slot !== undefined) slot.transaction ??= transaction;
    return transaction;
  }
}
