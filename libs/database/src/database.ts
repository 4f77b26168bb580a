import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaPg } from '@prisma/adapter-pg';
import type { SqlQueryable } from '@prisma/driver-adapter-utils';
import type { SqlTransaction } from '@recapito/messaging';
import { isWriteConflict } from './faults.ts';
import { rawStatementsOn } from './raw-statements.ts';
import { statementNames } from './statement-names.ts';
import { WatchedAdapter } from './watched-adapter.ts';

/** What a transaction leaves out of a Prisma client. */
type OutsideOfTransactions = '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction';

/** The transaction in which a use case works: the app's own models, and raw SQL. `Prisma.TransactionClient` by another name. */
export type Tx<Client> = Omit<Client, OutsideOfTransactions>;

/** What this class needs of an app's generated client, its transactions apart. */
export interface PrismaClientLike extends SqlTransaction {
  $disconnect(): Promise<void>;
}

/** How a generated client runs a transaction. */
interface Transacting<Client> {
  $transaction<Result>(
    work: (tx: Tx<Client>) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>;
}

/** The class that `prisma generate` wrote for an app. */
export type PrismaClientClass<Client> = new (options: {
  adapter: PrismaPg;
  errorFormat: 'minimal';
}) => Client & Transacting<Client>;

export interface DatabaseOptions {
  /** Connections of the pool; 8 unless said otherwise. */
  readonly connections?: number;
  /** Shown in `pg_stat_activity`. */
  readonly name?: string;
}

/** No transaction lives longer: half a minute after its begin PostgreSQL itself ends it. */
const longestMs = 30_000;

/** How long a transaction waits for a free connection. */
const patienceMs = 5_000;

/** How often work that lost against another transaction is begun anew. */
const attempts = 3;

/** How long it lets the other one go first: begun anew at once it may take the same row before that one has woken up. */
const stepBackMs = 10;

/**
 * A service's database: one pool, and transactions of bounded life. The edge (controller, handler, job) opens the
 * transaction, use cases take it as their first argument.
 */
export class Database<Client extends PrismaClientLike = PrismaClientLike> {
  /** For what is one statement and needs no transaction. */
  readonly client: Client;
  readonly #prisma: Client & Transacting<Client>;
  readonly #adapter: WatchedAdapter;
  readonly #afterCommit: (() => void)[] = [];
  #open = 0;

  constructor(
    clientClass: PrismaClientClass<Client>,
    url: string,
    { connections = 8, name = 'recapito' }: DatabaseOptions = {},
  ) {
    this.#adapter = new WatchedAdapter(
      {
        connectionString: url,
        max: connections,
        application_name: name,
        connectionTimeoutMillis: patienceMs,
        options: `-c transaction_timeout=${longestMs} -c statement_timeout=${longestMs}`,
      },
      { statementNameGenerator: statementNames() },
    );
    // An error's words reach logs and dead letters: they say what was wrong, and quote no source.
    this.#prisma = new clientClass({ adapter: this.#adapter, errorFormat: 'minimal' });
    this.client = withRawStatements(this.#prisma, this.#adapter);
  }

  /** Transactions open at this moment. */
  get open(): number {
    return this.#open;
  }

  /**
   * Runs `work` in one transaction (read committed) and commits when it resolves, refusals included: what they recorded
   * stays. Work that lost against another transaction is begun anew, so it must touch nothing but `tx`.
   * @throws whatever `work` throws, after a rollback; Prisma's P2028 when 30 seconds were not enough.
   */
  async transaction<Result>(work: (tx: Tx<Client>) => Promise<Result>): Promise<Result> {
    this.#open++;
    try {
      const result = await this.#attempt(work);
      for (const told of this.#afterCommit) told();
      return result;
    } finally {
      this.#open--;
    }
  }

  /** Has `told` called after every commit: the relay looks at its outbox at once instead of at its next poll. */
  afterCommit(told: () => void): void {
    this.#afterCommit.push(told);
  }

  /** Has Prisma load its engine, as it does at the first question: asked here, no request and no fact has to wait for it. */
  async prepare(): Promise<void> {
    await this.#prisma.$queryRawUnsafe('SELECT 1');
  }

  /** Asks the database for a sign of life. */
  async check(): Promise<{ readonly state: 'ok' }> {
    await this.client.$queryRawUnsafe('SELECT 1');
    return { state: 'ok' };
  }

  /** Connections of the pool, those of them that nobody uses, and how many callers wait for one. */
  get pool(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    return this.#adapter.pool;
  }

  /** Closes the pool once its connections are back. */
  async close(): Promise<void> {
    await this.#prisma.$disconnect();
  }

  async #attempt<Result>(work: (tx: Tx<Client>) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++)
      try {
        return await this.#run(work);
      } catch (error) {
        if (attempt === attempts || !isWriteConflict(error)) throw error;
        await sleep(stepBackMs);
      }
  }

  async #run<Result>(work: (tx: Tx<Client>) => Promise<Result>): Promise<Result> {
    return await this.#adapter.observe((begun) =>
      this.#prisma.$transaction((tx) => work(withRawStatements(tx, begun())), {
        maxWait: patienceMs,
        timeout: longestMs,
      }),
    );
  }
}

/** A Prisma client, or its transaction, with its models; its raw statements go straight to a connection. */
function withRawStatements<Prisma extends object>(prisma: Prisma, connection: SqlQueryable): Prisma {
  return Object.create(prisma, Object.getOwnPropertyDescriptors(rawStatementsOn(connection))) as Prisma;
}
