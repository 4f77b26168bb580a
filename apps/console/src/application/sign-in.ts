import { Injectable } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import type { Logger } from '@recapito/platform';
import { newSecret } from '../sessions/session-secrets.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { OpenIdClient } from '../sign-in/open-id-client.ts';
import { returnAddress } from '../sign-in/return-address.ts';
import { beginRound, endRound } from '../sign-in/sign-in-strategy.ts';
import type { SignedIn } from '../sign-in/sign-in-strategy.ts';

export interface SignInParts {
  readonly provider: OpenIdClient;
  readonly sessions: SessionStore;
  readonly logger: Logger;
}

/** What a browser shows at the callback. */
export interface Returned {
  /** The secret of the browser that began; undefined when it began none. */
  readonly browser: string | undefined;
  /** What the provider has sent back, as it stands in the address. */
  readonly query: string;
  /** The secret of a session that the browser had before. */
  readonly before: string | undefined;
}

/** People sign in at identity and come back with a session here. */
@Injectable()
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * Begins a sign-in in a browser. @returns where the browser goes, and the secret by which its way back is known
   * @throws Unavailable when identity or Redis is away
   */
  async begin(to: string | undefined, known: string | undefined): Promise<{ redirect: string; browser: string }> {
    const { provider, sessions } = this.#parts;
    const round = await beginRound(provider);
    if (!('redirect' in round)) throw new Unavailable('identity', 'began no sign-in');
    const browser = known ?? newSecret();
    const attempt = { to: returnAddress(to), checks: round.checks };
    await sessions.keepAttempt(browser, String(round.checks['state']), attempt);
    return { redirect: round.redirect, browser };
  }

  /**
   * Ends a sign-in by what the provider has sent back: once, in the browser that began it. The session is a new one, and the
   * browser's session before is over.
   * @returns the secret of the session and where to go; null when nobody has signed in
   * @throws Unavailable when identity or Redis is away
   * @rule CONSOLE-SIGN-IN-ONCE CONSOLE-SESSION-NEW
   */
  async end({ browser, query, before }: Returned): Promise<{ readonly secret: string; readonly to: string } | null> {
    const { sessions } = this.#parts;
    const state = new URLSearchParams(query).get('state');
    if (browser === undefined || state === null) return null;
    const attempt = await sessions.takeAttempt(browser, state);
    if (attempt === null) return null;
    const signedIn = await this.#signedIn(query, attempt.checks);
    if (signedIn === null) return null;
    if (before !== undefined) await sessions.end(before);
    return { secret: await sessions.begin(signedIn.operator, signedIn.tokens), to: attempt.to };
  }

  async #signedIn(query: string, checks: Parameters<typeof endRound>[2]): Promise<SignedIn | null> {
    const { provider, logger } = this.#parts;
    try {
      const round = await endRound(provider, query, checks);
      return 'signedIn' in round ? round.signedIn : null;
    } catch (err) {
      if (err instanceof Unavailable) throw err;
      // Another provider's answer, a changed state, a code that was used: whatever it is, nobody has signed in.
      logger.warn({ event: 'sign-in-refused', err }, 'an answer at the callback of the sign-in was not believed');
      return null;
    }
  }
}
