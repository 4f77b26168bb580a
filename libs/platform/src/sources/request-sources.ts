import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientHeader } from '../calls/service-caller.ts';
import type { ServiceConfig } from '../config.ts';
import { type Sources, sourcesOf, unknownSource } from './source.ts';

const found = new WeakMap<FastifyRequest, Sources>();

/** Finds the sources of a request and keeps them with it. */
export function rememberSources(
  request: FastifyRequest,
  { trustedProxies, proxyHeader }: Pick<ServiceConfig, 'trustedProxies' | 'proxyHeader'>,
): Sources {
  const { headers, socket } = request.raw;
  const sources = sourcesOf(trustedProxies.clientOf(socket.remoteAddress, headers, proxyHeader));
  found.set(request, sources);
  return sources;
}

/** From where a request comes, as limits count it. */
export function sourcesOfRequest(request: FastifyRequest): Sources {
  return found.get(request) ?? unknownSource;
}

/** The same as a controller's argument. */
export const CurrentSources = createParamDecorator((_: undefined, context: ExecutionContext): Sources =>
  sourcesOfRequest(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** From where the client of a service that calls us comes, as that service says it; unknown when it says nothing. */
export const ClientSources = createParamDecorator((_: undefined, context: ExecutionContext): Sources => {
  const said = context.switchToHttp().getRequest<FastifyRequest>().headers[clientHeader];
  return sourcesOf(typeof said === 'string' ? said : undefined);
});
