import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownServers } from '@recapito/testing';
import type { OwnServers } from '@recapito/testing';
import { freePort, joinStandby, promote, removeRun, standby } from '@recapito/servers';
import { Forwarder } from './forwarder.ts';

/** A PostgreSQL with a synchronous standby, both behind one address, as OPERATIONS.md has them set up. */
export class PromotablePostgres {
  readonly #own: OwnServers;
  readonly #forwarder: Forwarder;
  readonly #standby: { readonly folder: string; readonly port: number };

  private constructor(own: OwnServers, forwarder: Forwarder, placed: { folder: string; port: number }) {
    this.#own = own;
    this.#forwarder = forwarder;
    this.#standby = placed;
  }

  static async start(): Promise<PromotablePostgres> {
    const own = await ownServers('postgres');
    const primary = { folder: own.servers.folder, url: own.servers.environment['RECAPITO_POSTGRES_URL'] ?? '' };
    const folder = await mkdtemp(join(tmpdir(), 'recapito-standby-'));
    // PostgreSQL's account must be able to enter.
    await chmod(folder, 0o755);
    const port = await freePort();
    await own.servers.start(await standby({ folder, port, durable: false, primary }));
    await joinStandby(primary.url);
    const forwarder = await Forwarder.start([Number(new URL(primary.url).port)]);
    return new PromotablePostgres(own, forwarder, { folder, port });
  }

  /** The address that stays, whichever of the two answers there. */
  get url(): string {
    return this.#at(this.#forwarder.port);
  }

  /** All processes of the primary end at once and without a word, as with the power of its host. */
  killPrimary(): void {
    const pid = this.#own.servers.pids['postgres'];
    if (pid === undefined) throw new Error('the primary does not run');
    process.kill(-pid, 'SIGKILL');
  }

  /** The primary dies and is started again with what it had written. */
  async restartPrimary(): Promise<void> {
    await this.#own.servers.kill('postgres', 'SIGQUIT');
    await this.#own.servers.restart('postgres');
  }

  /** The same of the standby, which works alone once it was promoted. */
  async restartStandby(): Promise<void> {
    await this.#own.servers.kill('postgres-standby', 'SIGQUIT');
    await this.#own.servers.restart('postgres-standby');
  }

  /** What whoever watches over the two does when the primary is gone: promote the standby, then point the address at it. */
  async promoteStandby(): Promise<void> {
    await promote(this.#at(this.#standby.port));
    this.#forwarder.pointAt(this.#standby.port);
  }

  async remove(): Promise<void> {
    await this.#forwarder.close();
    await this.#own.remove();
    await removeRun(this.#standby.folder);
  }

  #at(port: number): string {
    const address = new URL(this.#own.servers.environment['RECAPITO_POSTGRES_URL'] ?? '');
    address.port = String(port);
    return address.href;
  }
}
