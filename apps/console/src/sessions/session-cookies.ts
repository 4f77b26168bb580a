import type { FastifyReply, FastifyRequest } from 'fastify';
import { attemptMs } from './session-store.ts';

/** Where the doors of the holders' portal begin. */
export const holderDoors = '/api/holder/';

type CookieName = 'session' | 'sign-in' | 'holder';

/**
 * The cookies of the console: which operator has signed in, which browser has begun to, which holder has signed in. Scripts
 * read none, no other site's forms bring them along, and over TLS no other host can have set them.
 * @rule CONSOLE-COOKIE
 */
export class SessionCookies {
  readonly #isSecure: boolean;

  /** @param consoleUrl where people reach the console */
  constructor(consoleUrl: string) {
    this.#isSecure = consoleUrl.startsWith('https:');
  }

  /** The secret of the session that a request shows. */
  sessionOf(request: FastifyRequest): string | undefined {
    return secretIn(request, this.#name('session'));
  }

  /** The secret of the holder's session that a request shows. */
  holderOf(request: FastifyRequest): string | undefined {
    return secretIn(request, this.#name('holder'));
  }

  /** The secret that counts at the door of a request: a holder's at the portal's, an operator's at the others. */
  shownAt(request: FastifyRequest): string | undefined {
    return request.url.startsWith(holderDoors) ? this.holderOf(request) : this.sessionOf(request);
  }

  setHolder(reply: FastifyReply, secret: string): void {
    this.#set(reply, 'holder', secret);
  }

  endHolder(reply: FastifyReply): void {
    void reply.clearCookie(this.#name('holder'), this.#attributes());
  }

  setSession(reply: FastifyReply, secret: string): void {
    this.#set(reply, 'session', secret);
  }

  endSession(reply: FastifyReply): void {
    void reply.clearCookie(this.#name('session'), this.#attributes());
  }

  /** The secret of a browser that has begun to sign in. */
  browserOf(request: FastifyRequest): string | undefined {
    return secretIn(request, this.#name('sign-in'));
  }

  setBrowser(reply: FastifyReply, secret: string): void {
    this.#set(reply, 'sign-in', secret, attemptMs / 1_000);
  }

  #set(reply: FastifyReply, name: CookieName, secret: string, maxAge?: number): void {
    void reply.setCookie(this.#name(name), secret, { ...this.#attributes(), ...(maxAge !== undefined && { maxAge }) });
  }

  #name(name: CookieName): string {
    return `${this.#isSecure ? '__Host-' : ''}recapito-${name}`;
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#isSecure } as const;
  }
}

/** Only what this server could have made is a secret. */
function secretIn({ cookies }: FastifyRequest, name: string): string | undefined {
  const value = cookies[name];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}
