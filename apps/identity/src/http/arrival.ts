import { createParamDecorator, Injectable } from '@nestjs/common';
import type { ExecutionContext, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SuiteClock } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';

const arrivals = new WeakMap<FastifyRequest, Instant>();

/**
 * Reads the suite clock when the head of a request has come in: by this instant it is judged, however long its body,
 * its hash or its lock take.
 * @rule INPS-MOVE-WINDOW
 */
@Injectable()
export class Arrivals implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly clock: SuiteClock,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      const reading = this.clock.reading();
      if (reading !== null) arrivals.set(request, reading.instant);
      done();
    });
  }
}

/** The suite instant at which the request arrived, as a controller's argument. */
export const ArrivedAt = createParamDecorator((_: undefined, context: ExecutionContext): Instant => {
  const at = arrivals.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (at === undefined) throw new Error('a request came in before the suite clock was read');
  return at;
});
