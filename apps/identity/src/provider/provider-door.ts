import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from '../pages/page.ts';
import { OpenIdProvider, providerPath } from './open-id-provider.ts';

/**
 * Hands what comes in under the provider's path to the provider: discovery, authorization, tokens, log-out. Bodies are left
 * unread for it; host and scheme are those of the issuer, whatever the request says.
 * @rule OIDC-PROVIDER
 */
@Injectable()
export class ProviderDoor implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly provider: OpenIdProvider,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, read) => read(null));
      scope.all(`${providerPath}/*`, { config: { access: 'public' } }, (request, reply) =>
        this.#handOver(request, reply),
      );
      done();
    });
  }

  #handOver({ raw: request }: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    const issuer = new URL(this.provider.issuer);
    // By the difference of the two it knows under which path it answers.
    Object.assign(request, { originalUrl: request.url });
    request.url = (request.url ?? '').slice(providerPath.length);
    request.headers.host = issuer.host;
    request.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
    delete request.headers['x-forwarded-host'];
    for (const [name, value] of Object.entries(pageHeaders([this.provider.consoleOrigin])))
      reply.raw.setHeader(name, value);
    void this.provider.current().callback()(request, reply.raw);
  }
}
