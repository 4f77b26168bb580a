import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../auth/caller.ts';
import type { Caller } from '../auth/caller.ts';
import type { Access } from '../auth/permission.ts';
import { purposeOf } from '../http/purpose.ts';
import { malformed } from '../http/refusals.ts';
import { approvalView } from './approval-view.ts';

/** A request to do something that two persons do together. */
export interface ActInHand {
  readonly caller: Caller;
  /** What the route asks of its caller. */
  readonly permission: string;
  /** The id of the request that the caller approves; undefined for who asks. */
  readonly approval: string | undefined;
  /** The `Purpose` header; null when there is none. */
  readonly reason: string | null;
  /** The answer says that the act waits (202), not that it was done. */
  isAccepted(): void;
}

/**
 * Says in the document of a route that two persons do it: 202 with the request for who asks. The route declares the status of
 * the act done, 200, among its responses, and leaves `HttpCode` out.
 */
export function TwoPersons(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Approval',
      description: 'The id of the request that the caller, as the second person, approves',
      required: false,
      schema: { type: 'string', format: 'uuid' },
    }),
    ApiResponse({ status: 202, standardSchema: approvalView }),
  );
}

/** What a route of `TwoPersons` has of its caller, as a controller’s argument. */
export const InHand = createParamDecorator((_: undefined, context: ExecutionContext): ActInHand => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const reply = http.getResponse<FastifyReply>();
  const caller = callerOf(request);
  const { access } = request.routeOptions.config as { readonly access?: Access };
  if (caller === undefined || access === undefined || access === 'public')
    throw new Error('an act of two persons has a caller and a permission');
  const approval = z.uuid().optional().safeParse(request.headers['approval']);
  if (!approval.success) {
    const words = { it: 'non è il numero di una richiesta', en: 'is no id of a request' };
    throw malformed([{ at: 'header.approval', words }]);
  }
  void reply.status(200);
  return {
    caller,
    permission: access.permission,
    approval: approval.data,
    reason: purposeOf(request),
    isAccepted: () => {
      void reply.status(202);
    },
  };
});
