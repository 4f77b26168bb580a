import type { FastifyReply, FastifyRequest } from 'fastify';
import { attemptMs } from './session-store.ts';

/**
 * The two cookies of the console: who has signed in, and which browser has begun to. Scripts read neither, no other site's
 * forms bring them along, and over TLS no other host can have set them.
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

  #set(reply: FastifyReply, name: 'session' | 'sign-in', secret: string, maxAge?: number): void {
    void reply.setCookie(this.#name(name), secret, { ...this.#attributes(), ...(maxAge !== undefined && { maxAge }) });
  }

  #name(name: 'session' | 'sign-in'): string {
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
