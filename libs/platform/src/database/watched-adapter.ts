import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Transaction } from '@prisma/driver-adapter-utils';
import { FencedTransaction } from './fenced-transaction.ts';

/** Where Prisma leaves the transaction that it begins. */
interface Begun {
  transaction?: Transaction;
}

/** Prisma's adapter for PostgreSQL, keeping sight of the pool that it makes and of the transactions that it begins. */
export class WatchedAdapter extends PrismaPg {
  readonly #beginning = new AsyncLocalStorage<Begun>();
  #driver: ReturnType<Awaited<ReturnType<PrismaPg['connect']>>['underlyingDriver']> | undefined;

  get pool(): { total: number; idle: number; waiting: number } {
    const { totalCount = 0, idleCount = 0, waitingCount = 0 } = this.#driver ?? {};
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    this.#driver = adapter.underlyingDriver();
    const begin = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (level) => this.#noted(new FencedTransaction(await begin(level)));
    return adapter;
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

  /** The first one only: what is begun from within, outside of the transaction, is another one. */
  #noted(transaction: Transaction): Transaction {
    const slot = this.#beginning.getStore();
    if (slot !== undefined) slot.transaction ??= transaction;
    return transaction;
  }
}
