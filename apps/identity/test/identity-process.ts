// Identity as a process of its own, for the specs that kill it, read its log or weigh it. A request with the header
// `recapito-spec-kill` ends it when everything is committed and nothing answered yet.
import { Injectable } from '@nestjs/common';
import type { DynamicModule, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { start } from '@recapito/platform';
import { configOfProcess } from '../src/config.ts';
import { identityService } from '../src/service.ts';

@Injectable()
class KilledBeforeTheAnswer implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.adapterHost.httpAdapter.getInstance<FastifyInstance>().addHook('onSend', (request, _reply, payload, done) => {
      if (request.headers['recapito-spec-kill'] !== undefined) process.kill(process.pid, 'SIGKILL');
      else done(null, payload);
    });
  }
}

const service = identityService(configOfProcess());
const module = service.module as DynamicModule;
const running = await start({
  ...service,
  module: { ...module, providers: [...(module.providers ?? []), KilledBeforeTheAnswer] },
});
process.stdout.write(`listening ${running.url}\n`);
await running.ready;
process.stdout.write('ready\n');
