import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiOf } from './http/openapi.ts';
import { PlatformModule } from './platform.module.ts';
import type { Service } from './service.ts';

/** In the place of every part: in Nest's preview nothing is made, so that nobody looks at it. */
const part: never = new Proxy({}, { get: () => ({}) }) as never;

/** The HTTP contract of a service that is not started: it needs no servers. */
export async function describeHttp(
  service: Pick<Service<never>, 'name' | 'config' | 'module' | 'facts'>,
): Promise<OpenAPIObject> {
  const facts = service.facts === undefined ? undefined : part;
  const module = PlatformModule.for(service, part, part, facts);
  const app = await NestFactory.create(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return openApiOf(app, service.name, service.config.port);
}
