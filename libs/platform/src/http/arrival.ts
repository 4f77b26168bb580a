import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Instant } from '@recapito/primitives';
import type { FastifyRequest } from 'fastify';
import type { SuiteClock } from '../clock/suite-clock.ts';

const arrivals = new WeakMap<FastifyRequest, Instant>();

/**
 * Reads the suite clock when the head of a request has come in, before anything is waited for: by this instant it is
 * judged, however long its turn, its body, its hash or its lock take.
 * @rule INPS-MOVE-WINDOW
 */
export function rememberArrival(request: FastifyRequest, clock: Pick<SuiteClock, 'reading'>): void {
  const reading = clock.reading();
  if (reading !== null) arrivals.set(request, reading.instant);
}

/** The suite instant at which the request arrived, as a controller's argument. */
export const ArrivedAt = createParamDecorator((_: undefined, context: ExecutionContext): Instant => {
  const at = arrivals.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (at === undefined) throw new Error('a request came in before the suite clock was read');
  return at;
});
