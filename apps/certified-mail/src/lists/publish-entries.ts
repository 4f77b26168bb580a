import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { SystemClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { certificateHash } from '@recapito/rfc6109';
import type { Installation } from '../programme/installation.ts';
import type { DoorCredentials } from '../smtp/door-credential.ts';
import { keepersIn } from './index-in-force.ts';
import { ownFileOf } from './own-entries.ts';
import type { OwnEntries } from './own-entries.ts';

/** Few come, and seldom: the keeper of the index, once a day. */
const mostConnections = 50;

export interface PublishedAt {
  readonly host: string;
  readonly port: number;
  /** The folder of certificates and keys among the secrets. */
  readonly folder: string;
}

/**
 * Publishes the entries of our own providers over HTTPS, each as `NAME.ldif.p7m`, for the keeper of the index and the
 * providers that stand in it: a client shows a certificate of one of them, which holds now.
 * @rule INDEX-PUBLISHED
 */
export class PublishEntries implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('lists');
  readonly #clock = new SystemClock();
  readonly #installation: Installation;
  readonly #own: OwnEntries;
  readonly #at: PublishedAt;
  readonly #server: Server;

  constructor(installation: Installation, own: OwnEntries, credentials: DoorCredentials, at: PublishedAt) {
    this.#installation = installation;
    this.#own = own;
    this.#at = at;
    // Whom a certificate belongs to is judged by the index and not by the handshake, which proves that the client has the key.
    const options = {
      ...credentials.current,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    } as const;
    this.#server = createServer(
      { ...options, SNICallback: (name, found) => found(null, credentials.contextFor(name)) },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = mostConnections;
    credentials.onRenewed((renewed) => this.#server.setSecureContext({ ...renewed, minVersion: 'TLSv1.2' }));
  }

  /** The port listened on; 0 before it is. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  async onServiceStart(): Promise<void> {
    this.#server.listen(this.#at.port, this.#at.host);
    await once(this.#server, 'listening');
  }

  async onModuleDestroy(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, body } = await this.#answerTo(request);
      const type = 'application/pkcs7-mime; smime-type=signed-data';
      response.writeHead(status, body && { 'content-type': type, 'content-length': body.length }).end(body);
    } catch (error) {
      this.#logger.error({
        err: error,
        event: 'index-entries-failed',
        message: 'our own entries of the provider index could not be served (503)',
      });
      response.writeHead(503).end();
    }
  }

  async #answerTo({ method, url, socket }: IncomingMessage): Promise<{ status: number; body?: Buffer }> {
    if (!this.#mayRead(socket as TLSSocket)) return { status: 403 };
    if (method !== 'GET') return { status: 405 };
    const provider = this.#installation.providers.find(({ provider: name }) => url === `/${ownFileOf(name)}`);
    if (provider === undefined) return { status: 404 };
    const file = await this.#own.fileOf(provider.provider, this.#clock.now());
    return isRefusal(file) ? { status: 404 } : { status: 200, body: file };
  }

  #mayRead(socket: TLSSocket): boolean {
    const { raw } = socket.getPeerCertificate() as { readonly raw?: Buffer };
    if (raw === undefined) return false;
    const certificate = new X509Certificate(raw);
    const indexed =
      this.#installation.index.certificateNamed(certificateHash(raw))?.certificate.raw.equals(raw) === true;
    const isKeeper = keepersIn(this.#at.folder).some((keeper) => keeper.raw.equals(raw));
    return (indexed || isKeeper) && this.#installation.trust(certificate, this.#clock.now()) === null;
  }
}
