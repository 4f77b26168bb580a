import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who is behind a request, once its credentials were believed. */
export interface Caller {
  /** `service`: another service of the suite; `operator`: one of those who run it; `session`: a person who signed in. */
  readonly kind: 'service' | 'operator' | 'session';
  /** The service's or the operator's name, or the id of the person's account (never a codice fiscale). */
  readonly name: string;
  readonly permissions: readonly string[];
  /** Which session of the OpenID provider an operator comes with, where one does. */
  readonly signedInWith?: string;
}

/** Turns a bearer token into the caller it proves, or undefined when it is not one of this kind or not valid. */
export type VerifyToken = (token: string) => Promise<Caller | undefined>;

const callers = new WeakMap<FastifyRequest, Caller>();

/** Keeps the caller that the guard found with the request. */
export function rememberCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** The caller of a request; undefined on a public route. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** The caller, as a controller's argument: `@CurrentCaller() caller: Caller`. Only on routes that carry a permission. */
export const CurrentCaller = createParamDecorator((_: undefined, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (caller === undefined) throw new Error('a public route has no caller');
  return caller;
});
