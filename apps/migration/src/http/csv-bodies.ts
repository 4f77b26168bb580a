import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

/** Hands bodies of `text/csv` to the controller as they flow in, so that a cohort may be of any size. */
@Injectable()
export class CsvBodies implements OnModuleInit {
  readonly #host: HttpAdapterHost<FastifyAdapter>;

  constructor(host: HttpAdapterHost<FastifyAdapter>) {
    this.#host = host;
  }

  onModuleInit(): void {
    this.#host.httpAdapter.getInstance().addContentTypeParser('text/csv', (_request, body, done) => done(null, body));
  }
}
