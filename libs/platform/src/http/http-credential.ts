import { readFileSync } from 'node:fs';
import { createSecureContext, Server } from 'node:tls';
import { BackgroundLoop } from '@recapito/background';
import type { ServiceConfig } from '../config.ts';
import type { Finding, Health } from '../health/health.ts';
import type { Logger } from '../observability/logger.ts';

/** A certificate and its key, PEM. */
export interface TlsCredential {
  readonly cert: string;
  readonly key: string;
}

/** The files in which they stand. */
type CredentialFiles = Pick<ServiceConfig, 'httpCertificateFile' | 'httpKeyFile'>;

/** How often it is looked whether the files have changed. */
const lookEveryMs = 5_000;

/** What TLS is spoken with. */
export function contextOf({ cert, key }: TlsCredential) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}

/**
 * What the service shows to its callers. When the files have changed, connections from then on see what they hold, and those
 * that are open stay as they are. Where the files cannot be used, what was shown before stays, and health says so.
 * @rule HTTP-CERTIFICATE
 */
export class HttpCredential {
  readonly #files: { readonly cert: string; readonly key: string };
  readonly #servers: Server[] = [];
  #current: TlsCredential;
  #fault: string | null = null;
  #loop: BackgroundLoop | undefined;

  private constructor(files: { readonly cert: string; readonly key: string }) {
    this.#files = files;
    this.#current = this.#read();
  }

  /** Undefined when the service speaks in the clear. @throws Error when the files cannot be read, or do not go together */
  static in({ httpCertificateFile: cert, httpKeyFile: key }: CredentialFiles): HttpCredential | undefined {
    return cert === undefined || key === undefined ? undefined : new HttpCredential({ cert, key });
  }

  get current(): TlsCredential {
    return this.#current;
  }

  /** Has a server over TLS show what the files hold, from `follow` to `stop`. */
  showAt(server: object): void {
    if (!(server instanceof Server)) throw new TypeError('a server that speaks in the clear shows no certificate');
    this.#servers.push(server);
  }

  follow({ health, logger }: { readonly health: Health; readonly logger: Logger }): void {
    health.register('http-certificate', () => this.#check());
    this.#loop = new BackgroundLoop(() => this.#look(logger), { name: 'http-certificate', everyMs: lookEveryMs });
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  #check(): Finding {
    return this.#fault === null ? { state: 'ok' } : { state: 'degraded', reason: this.#fault };
  }

  #look(logger: Logger): void {
    try {
      const { cert, key } = this.#read();
      if (cert !== this.#current.cert || key !== this.#current.key) {
        for (const server of this.#servers) server.setSecureContext(contextOf({ cert, key }));
        this.#current = { cert, key };
        logger.info({ event: 'http-certificate-renewed' }, 'the TLS certificate of the HTTP door was reloaded');
      }
      this.#fault = null;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#fault !== reason)
        logger.error(
          { event: 'http-certificate-failed', err: error },
          'the TLS certificate of the HTTP door cannot be reloaded; the one before stays in use',
        );
      this.#fault = reason;
    }
  }

  /** @throws Error when the files cannot be read, or do not go together: one of them may have been replaced alone so far. */
  #read(): TlsCredential {
    const read = { cert: readFileSync(this.#files.cert, 'utf8'), key: readFileSync(this.#files.key, 'utf8') };
    createSecureContext(contextOf(read));
    return read;
  }
}
