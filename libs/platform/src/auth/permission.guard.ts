import { callbackify } from 'node:util';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import CustomStrategy from 'passport-custom';
import { notPermitted, unauthenticated } from '../http/refusals.ts';
import { type Caller, rememberCaller, type VerifyToken } from './caller.ts';
import { accessOf } from './permission.ts';

/** The bearer token of a request (RFC 6750, 2.1). */
const bearer = /^Bearer ([\w.~+/=-]+)$/i;

/**
 * Stands before every route: finds the caller by a Passport strategy that asks each kind of token in turn, and
 * compares what the caller is granted with what the route asks for. // AUTH-PERMISSION
 */
export class PermissionGuard implements CanActivate {
  readonly #reflector: Reflector;
  /** An authenticator of our own: Passport's global one would be shared by all services of a process. */
  readonly #authenticator = new passport.Passport();

  constructor(reflector: Reflector, kinds: readonly VerifyToken[]) {
    this.#reflector = reflector;
    this.#authenticator.use('bearer', bearerStrategy(kinds));
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(this.#reflector, context.getHandler());
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.#authenticate(request);
    if (caller === undefined) throw unauthenticated();
    if (access === undefined || !caller.permissions.includes(access.permission)) throw notPermitted();
    rememberCaller(request, caller);
    return true;
  }

  async #authenticate(request: FastifyRequest): Promise<Caller | undefined> {
    return await new Promise((resolve, reject) => {
      const decided = (error: unknown, caller: Caller | false | null | undefined) =>
        error ? reject(error) : resolve(caller || undefined);
      this.#authenticator.authenticate('bearer', { session: false }, decided)(request, {}, reject);
    });
  }
}

function bearerStrategy(kinds: readonly VerifyToken[]): passport.Strategy {
  const callerBehind = callbackify(firstKind);
  return new CustomStrategy((request, done) => {
    callerBehind(kinds, bearer.exec(request.headers.authorization ?? '')?.[1], done);
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
