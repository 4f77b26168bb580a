import { Provider } from 'oidc-provider';
import type { Database } from '@recapito/database';
import type { KeyRing, Logger, Roles } from '@recapito/platform';
import { findOperatorById } from '../persistence/operator.store.ts';
import type { ProviderRecords } from '../persistence/provider-record.store.ts';
import type { PrismaClient } from '../persistence/tx.ts';
import type { OperatorSecrets } from '../secrets/operator-secrets.ts';
import { ProviderAdapter } from './provider-adapter.ts';
import { providerSettings } from './provider-settings.ts';

/** Under which path of identity the provider answers. */
export const providerPath = '/oidc';

export interface OpenIdProviderParts {
  readonly database: Database<PrismaClient>;
  readonly records: ProviderRecords;
  readonly keys: KeyRing;
  readonly secrets: OperatorSecrets;
  readonly roles: Roles;
  readonly logger: Logger;
  /** Where the console is, without a slash at the end. */
  readonly consoleUrl: string;
  /** What stands in tokens as their issuer: the public address of identity and `/oidc`. Asked once the service listens. */
  readonly issuer: () => string;
}

/**
 * The OpenID provider of the suite. What it knows is kept in the database; it is put together again when a key was rolled
 * over, which changes nothing for who is signed in.
 * @rule OIDC-PROVIDER AUTH-KEY-RETIRED
 */
export class OpenIdProvider {
  readonly #parts: OpenIdProviderParts;
  #made: { readonly by: string; readonly provider: Provider } | undefined;

  constructor(parts: OpenIdProviderParts) {
    this.#parts = parts;
  }

  get issuer(): string {
    return this.#parts.issuer();
  }

  /** Where forms of ours lead on to in the end. */
  get consoleOrigin(): string {
    return new URL(this.#parts.consoleUrl).origin;
  }

  /** The provider with the keys of now. */
  current(): Provider {
    const { keys } = this.#parts;
    const signing = keys.signing('provider');
    const consoleKeys = keys.believed('console', 'service');
    const by = [this.issuer, signing.kid, ...consoleKeys.map(({ kid }) => kid)].join(' ');
    if (this.#made?.by !== by) this.#made = { by, provider: this.#make(signing, consoleKeys) };
    return this.#made.provider;
  }

  #make(signing: ReturnType<KeyRing['signing']>, consoleKeys: ReturnType<KeyRing['believed']>): Provider {
    const { database, records, secrets, roles, consoleUrl, logger } = this.#parts;
    const settings = providerSettings({
      adapter: (kind) => new ProviderAdapter(kind, records),
      consoleUrl,
      signing,
      consoleKeys,
      cookieKeys: secrets.cookieKeys,
      roles,
      find: async (id) => {
        const operator = await findOperatorById(database.client, id);
        return operator?.state === 'active' ? operator : null;
      },
    });
    const provider = new Provider(this.issuer, settings);
    // How the request came in is said by the door, which knows the issuer; no header of a client's is believed.
    provider.proxy = true;
    provider.on('server_error', (_ctx, err) =>
      logger.error({ event: 'provider-fault', err }, 'the OpenID provider met a fault'),
    );
    provider.on('grant.revoked', (_ctx, grant) =>
      logger.info({ event: 'grant-revoked', grant }, 'a grant of the OpenID provider was revoked'),
    );
    return provider;
  }
}
