import { Logger } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { BackgroundLoop } from '@recapito/background';

/** How often a process that lost its connection says anew that it is there. */
const everyMs = 1_000;

/** Locks belong to a database, so the name is the same in every service. */
const lock = `hashtextextended('recapito.presence', 0)`;

/** One connection, and no other, until it is closed or lost. */
interface Connection {
  query(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/**
 * Says to the other processes of a service that this one is there, by a lock that they share, held by a connection of
 * its own: the lock goes when the process does, however it ends. So a process that begins learns whether what its rows
 * say is in hand is in the hand of somebody who lives.
 */
export class Presence {
  readonly #logger = new Logger('presence');
  readonly #databaseUrl: string;
  readonly #name: string;
  readonly #watch = new BackgroundLoop(() => this.#stay(), { name: 'presence', everyMs });
  #connection: Connection | undefined;

  constructor({ databaseUrl, service }: { databaseUrl: string; service: string }) {
    this.#databaseUrl = databaseUrl;
    this.#name = `${service}-presence`;
  }

  /**
   * Enters among the processes of the service. Who finds nobody there does `whenAlone` before anybody else may enter.
   * @throws Error when the database is away, or whatever `whenAlone` throws; then it has not entered.
   */
  async enter(whenAlone: () => Promise<void>): Promise<void> {
    this.#connection = await this.#enter(whenAlone);
    this.#watch.start();
  }

  async leave(): Promise<void> {
    await this.#watch.stop();
    await this.#connection?.close();
  }

  /** A connection that was lost took the lock with it. */
  async #stay(): Promise<void> {
    this.#connection ??= await this.#enter(async () => undefined);
  }

  async #enter(whenAlone: () => Promise<void>): Promise<Connection> {
    const connection = await this.#connect();
    try {
      const [row] = await connection.query(`SELECT pg_try_advisory_lock(${lock}) AS alone`);
      if (row?.['alone'] === true) await whenAlone();
      await connection.query(`SELECT pg_advisory_lock_shared(${lock})`);
      if (row?.['alone'] === true) await connection.query(`SELECT pg_advisory_unlock(${lock})`);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async #connect(): Promise<Connection> {
    const settings = { connectionString: this.#databaseUrl, max: 1, application_name: this.#name, keepAlive: true };
    const adapter = await new PrismaPg({ ...settings, connectionTimeoutMillis: 5_000 }).connect();
    const client = await adapter.underlyingDriver().connect();
    const connection = {
      query: async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows,
      close: async () => {
        client.release(true);
        await adapter.dispose();
      },
    };
    client.on('error', (error) => void this.#lose(connection, error));
    return connection;
  }

  async #lose(connection: Connection, error: Error): Promise<void> {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#logger.warn({
      err: error,
      event: 'presence-lost',
      message: 'the connection that holds the presence lock was lost; reconnecting',
    });
    await connection.close();
  }
}
