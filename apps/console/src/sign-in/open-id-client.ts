import { Injectable } from '@nestjs/common';
import { audienceOf, Unavailable } from '@recapito/platform';
import type { Breakers, HttpClient, KeyRing } from '@recapito/platform';
import * as client from 'openid-client';
import type { Tokens } from '../sessions/session-store.ts';

/** The provider knows the console by this name. */
const clientId = 'console';

/** Nobody waits longer for an answer of the provider. */
const patienceMs = 5_000;

export interface OpenIdClientParts {
  readonly issuer: string;
  /** Where identity answers inside the installation, without the path of the provider. */
  readonly identityUrl: string;
  readonly consoleUrl: string;
  readonly keys: KeyRing;
  readonly http: HttpClient;
  readonly breakers: Breakers;
}

/** Tokens as the provider gave them, or that it gives none any more: the session has ended there. */
export type Granted = Tokens | 'ended';

/**
 * The console as the provider knows it: a client that proves itself by its key pair, behind a breaker. What browsers are sent
 * to has the provider's public address; the console itself asks at the inner one.
 * @rule CONSOLE-OPENID
 */
@Injectable()
export class OpenIdClient {
  readonly #parts: OpenIdClientParts;
  readonly #fetch: client.CustomFetch;
  #made: { readonly kid: string; readonly config: client.Configuration } | undefined;

  constructor(parts: OpenIdClientParts) {
    const { issuer, identityUrl, http, breakers } = parts;
    this.#parts = parts;
    const send = async (signal: AbortSignal, url: string, options: client.CustomFetchOptions) => {
      const inner = url.startsWith(issuer) ? `${identityUrl}/oidc${url.slice(issuer.length)}` : url;
      const { method, headers, body } = options;
      const response = await http.fetch(inner, { method, headers, body: body ?? null, redirect: 'manual', signal });
      if (response.status >= 500) throw new Error(`the provider answered ${response.status}`);
      return response as unknown as Response;
    };
    const guarded = breakers.breaker('sign-in', send, { timeoutMs: patienceMs });
    this.#fetch = (url, options) => guarded(url, options);
  }

  /** Where the provider sends browsers back to. */
  get callback(): string {
    return `${this.#parts.consoleUrl}/auth/callback`;
  }

  /** What the provider says of itself, with the key of now. @throws Unavailable when it cannot be asked */
  async configuration(): Promise<client.Configuration> {
    const { kid, key } = this.#parts.keys.signing('service');
    if (this.#made?.kid === kid) return this.#made.config;
    const config = await this.#discover(kid, key.toCryptoKey({ name: 'Ed25519' }, false, ['sign']));
    this.#made = { kid, config };
    return config;
  }

  /** Uses a refresh token up for another one and a token for a service. @throws Unavailable when the provider is away */
  async refresh(tokens: Tokens, service: string): Promise<Granted> {
    const config = await this.configuration();
    try {
      const resource = audienceOf(service);
      return tokensIn(await client.refreshTokenGrant(config, tokens.refresh, { resource }), service, tokens);
    } catch (error) {
      if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') return 'ended';
      throw error instanceof Unavailable ? error : new Unavailable('identity', 'gave no token', error);
    }
  }

  /** Where a browser ends its session at the provider, and comes back from. @throws Unavailable when it cannot be asked */
  async leaveUrl(): Promise<string> {
    const config = await this.configuration();
    const back = { post_logout_redirect_uri: `${this.#parts.consoleUrl}/`, client_id: clientId };
    return client.buildEndSessionUrl(config, back).href;
  }

  async #discover(kid: string, key: client.CryptoKey): Promise<client.Configuration> {
    const { issuer } = this.#parts;
    const insecure = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
    try {
      return await client.discovery(
        new URL(issuer),
        clientId,
        { id_token_signed_response_alg: 'ES256' },
        client.PrivateKeyJwt({ key, kid }),
        { execute: [...insecure, client.enableNonRepudiationChecks], [client.customFetch]: this.#fetch },
      );
    } catch (error) {
      throw error instanceof Unavailable ? error : new Unavailable('identity', 'told nothing of the provider', error);
    }
  }
}

/** What a grant has brought, beside what there was. @throws Error when it has no refresh token */
export function tokensIn(
  { access_token: token, refresh_token: refresh, expires_in: seconds = 0 }: client.TokenEndpointResponse,
  service: string,
  before?: Tokens,
): Tokens {
  if (refresh === undefined) throw new Error('the provider gave no refresh token');
  return { refresh, access: { ...before?.access, [service]: { token, until: Date.now() + seconds * 1_000 } } };
}
