import { callbackify } from 'node:util';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import CustomStrategy from 'passport-custom';
import type { Problem } from '../http/problem.ts';
import { noSuchRoute, notPermitted, unauthenticated } from '../http/refusals.ts';
import { type Caller, rememberCaller, type VerifyToken } from './caller.ts';
import type { Access } from './permission.ts';

/** The bearer token of a request (RFC 6750, 2.1). */
const bearer = /^Bearer ([\w.~+/=-]+)$/i;

/**
 * Decides about every request when its head is there and before its body is read: finds the caller by a Passport strategy
 * that asks each kind of token in turn, and compares what the caller is granted with what the route asks for. Whoever has no
 * credentials makes the service read nothing.
 * @rule AUTH-PERMISSION AUTH-BEFORE-BODY
 */
export class Admission {
  /** An authenticator of our own: Passport's global one would be shared by all services of a process. */
  readonly #authenticator = new passport.Passport();

  /** @param credentialOf where a request without a bearer token may show a credential otherwise */
  constructor(kinds: readonly VerifyToken[], credentialOf: CredentialOf = () => undefined) {
    this.#authenticator.use('bearer', bearerStrategy(kinds, credentialOf));
  }

  /** What the request is answered with; undefined when it may go on. */
  async problemOf(request: FastifyRequest): Promise<Problem | undefined> {
    if (request.is404) return noSuchRoute();
    const { access } = request.routeOptions.config as { readonly access?: Access };
    if (access === 'public') return undefined;
    const caller = await this.#authenticate(request);
    if (caller === undefined) return unauthenticated();
    if (access === undefined || !caller.permissions.includes(access.permission)) return notPermitted();
    rememberCaller(request, caller);
    return undefined;
  }

  async #authenticate(request: FastifyRequest): Promise<Caller | undefined> {
    return await new Promise((resolve, reject) => {
      const decided = (error: unknown, caller: Caller | false | null | undefined) =>
        error ? reject(error) : resolve(caller || undefined);
      this.#authenticator.authenticate('bearer', { session: false }, decided)(request, {}, reject);
    });
  }
}

type CredentialOf = (request: FastifyRequest) => string | undefined;

function bearerStrategy(kinds: readonly VerifyToken[], credentialOf: CredentialOf): passport.Strategy {
  const callerBehind = callbackify(firstKind);
  return new CustomStrategy((request, done) => {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    // Passport hands on the request that it was given.
    callerBehind(kinds, token ?? credentialOf(request as unknown as FastifyRequest), done);
  });
}

async function firstKind(kinds: readonly VerifyToken[], token: string | undefined): Promise<Caller | undefined> {
  if (token === undefined) return undefined;
  for (const verify of kinds) {
    const caller = await verify(token);
    if (caller !== undefined) return caller;
  }
  return undefined;
}
