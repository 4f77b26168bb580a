import { Injectable } from '@nestjs/common';
import type { SessionStore, Tokens } from '../sessions/session-store.ts';
import type { OpenIdClient } from '../sign-in/open-id-client.ts';

/** A token is not used in its last seconds: the call has to arrive. */
const spareMs = 30_000;

/** The tokens with which the console calls services on behalf of people. */
@Injectable()
export class AccessTokensOfSession {
  readonly #sessions: SessionStore;
  readonly #provider: OpenIdClient;

  constructor(sessions: SessionStore, provider: OpenIdClient) {
    this.#sessions = sessions;
    this.#provider = provider;
  }

  /**
   * A token of a session for a service. A refresh token is good for one use, so one caller at a time asks for more, in
   * whichever tab and process; the others find what it has brought.
   * @returns null when the session is over, here or at the provider
   * @throws Unavailable when identity or Redis is away
   * @rule CONSOLE-REFRESH-ALONE
   */
  async tokenFor(secret: string, service: string): Promise<string | null> {
    const tokens = await this.#sessions.tokens(secret);
    if (tokens === null) return null;
    return freshIn(tokens, service) ?? (await this.#sessions.alone(secret, () => this.#refreshed(secret, service)));
  }

  async #refreshed(secret: string, service: string): Promise<string | null> {
    const tokens = await this.#sessions.tokens(secret);
    if (tokens === null) return null;
    const known = freshIn(tokens, service);
    if (known !== undefined) return known;
    const granted = await this.#provider.refresh(tokens, service);
    if (granted === 'ended') {
      await this.#sessions.end(secret);
      return null;
    }
    await this.#sessions.keepTokens(secret, granted);
    return freshIn(granted, service) ?? null;
  }
}

function freshIn({ access }: Tokens, service: string): string | undefined {
  const known = access[service];
  return known !== undefined && known.until - spareMs > Date.now() ? known.token : undefined;
}
