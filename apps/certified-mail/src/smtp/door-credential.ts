import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { hasSecret, readSecret } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';

/** The name of the files `.pem` and `.key` that the SMTP doors show to clients that ask for no other name. */
export const doorCredential = 'smtp';

/** The name of the files `.pem` and `.key` that the doors show to clients that ask for a host of a provider. */
function doorCredentialOf(provider: string): string {
  return `${provider}.${doorCredential}`;
}

/** How often it is looked whether the files have changed. */
const lookEveryMs = 5_000;

/** Certificate and key, PEM. */
export interface DoorCredential {
  readonly cert: string;
  readonly key: string;
}

interface Shown {
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

/**
 * What the SMTP doors show: a certificate of the installation, and one of each provider to clients that ask for a name that
 * it bears (SNI). Files that have changed are shown from the next connection on. Where they cannot be used, those before
 * stay, and health says so.
 * @rule SMTP-CERTIFICATES
 */
export class DoorCredentials implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('smtp');
  readonly #folder: string;
  readonly #providers: readonly string[];
  readonly #loop = new BackgroundLoop(() => Promise.resolve(this.#renew()), {
    name: 'door-credentials',
    everyMs: lookEveryMs,
  });
  readonly #renewed: ((credential: DoorCredential) => void)[] = [];
  #files = '';
  #current: DoorCredential = { cert: '', key: '' };
  #shown: readonly Shown[] = [];
  #fault: string | null = null;

  /**
   * @param providers the names of their key files
   * @throws Error when a file is missing, a key does not fit its certificate, or others may read it
   */
  constructor(folder: string, providers: readonly string[]) {
    this.#folder = folder;
    this.#providers = providers;
    this.look();
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** What clients see that ask for no name, or for one that no certificate bears. */
  get current(): DoorCredential {
    return this.#current;
  }

  /** What clients see that ask for a name; undefined when no provider's certificate bears it. */
  contextFor(name: string): SecureContext | undefined {
    return this.#shown.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.context;
  }

  /** Calls a door back when the certificate of the installation has changed. */
  onRenewed(renewed: (credential: DoorCredential) => void): void {
    this.#renewed.push(renewed);
  }

  /** Reads the files anew. @returns whether they have changed @throws Error when they cannot be used: nothing changes then */
  look(): boolean {
    const own = this.#read(doorCredential);
    const names = this.#providers.map(doorCredentialOf).filter((name) => existsSync(this.#path(name)));
    const credentials = names.map((name) => this.#read(name));
    const files = JSON.stringify([own, credentials]);
    if (files === this.#files) return false;
    createSecureContext(own);
    this.#shown = credentials.map((each) => {
      return { certificate: new X509Certificate(each.cert), context: createSecureContext(contextOptions(each)) };
    });
    this.#current = own;
    this.#files = files;
    for (const renewed of this.#renewed) renewed(own);
    return true;
  }

  check(): Finding {
    return this.#fault === null ? { state: 'ok' } : { state: 'degraded', reason: this.#fault };
  }

  #renew(): void {
    try {
      if (this.look())
        this.#logger.log({
          event: 'smtp-certificates-renewed',
          message: 'the TLS certificates of the SMTP doors were reloaded',
        });
      this.#fault = null;
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : String(error);
      this.#logger.error({
        err: error,
        event: 'smtp-certificates-failed',
        message: 'the TLS certificates of the SMTP doors cannot be reloaded; those before stay in use',
      });
    }
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.pem`);
  }

  #read(name: string): DoorCredential {
    if (!hasSecret(this.#folder, `${name}.key`)) throw new Error(`${name}.key is missing`);
    return { cert: readFileSync(this.#path(name), 'utf8'), key: readSecret(this.#folder, `${name}.key`) };
  }
}

function contextOptions({ cert, key }: DoorCredential) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}
