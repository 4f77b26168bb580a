import { type Correlation, traceId } from '@recapito/messaging';
import type { FastifyRequest } from 'fastify';

const traces = new WeakMap<FastifyRequest, Correlation>();

/** Keeps the trace with its request, across the steps in which the asynchronous context is lost. */
export function rememberTrace(request: FastifyRequest, correlation: Correlation): void {
  traces.set(request, correlation);
}

/** The correlation that a request was given; undefined before that. */
export function correlationOf(request: FastifyRequest): Correlation | undefined {
  return traces.get(request);
}

/** The trace id of a request. */
export function traceOf(request: FastifyRequest): string | undefined {
  const known = traces.get(request);
  return known === undefined ? undefined : traceId(known.traceparent);
}
