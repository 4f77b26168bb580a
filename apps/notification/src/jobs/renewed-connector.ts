import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { FollowedTls } from '@recapito/platform';
import type { QueueOptions } from 'bull';

type RedisOptions = Exclude<NonNullable<QueueOptions['redis']>, string>;

/** How long a connection may take to close before it is destroyed. */
const closeMs = 2_000;

/**
 * How ioredis connects to one Redis over TLS with the authorities that their file names then. Bull copies the options of its
 * connections, values of getters included, and leaves classes alone.
 * @rule TLS-FILES INNER-TLS
 */
export function renewedConnector(
  address: { readonly host: string; readonly port: number },
  tls: FollowedTls | undefined,
): NonNullable<RedisOptions['Connector']> {
  class RenewedConnector {
    /** What ioredis keeps of the first failure of a connection. */
    firstError: Error | undefined;
    #stream: TLSSocket | undefined;

    /** Any Redis will do. */
    check(): boolean {
      return true;
    }

    connect(): Promise<TLSSocket> {
      const names = isIP(address.host) === 0 ? { servername: address.host } : {};
      this.#stream = connect({ ...address, ...names, ...tls?.texts });
      return Promise.resolve(this.#stream);
    }

    disconnect(): void {
      const stream = this.#stream;
      if (stream === undefined) return;
      const late = setTimeout(() => stream.destroy(), closeMs).unref();
      stream.once('close', () => clearTimeout(late));
      stream.end();
    }
  }
  // Its type asks for a class of its own, which it does not export.
  return RenewedConnector as unknown as NonNullable<RedisOptions['Connector']>;
}
