import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { answer, Public } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import type { FastifyReply } from 'fastify';
import { statusOf } from './problem.ts';
import { WebPages } from './web-pages.ts';

const isDoor = /^api(\/|$)/;

/** Files that a browser or a robot asks for by itself. */
const isFile = /\.\w+$/;

/** Pages of operators are named by addresses and identificativi, which end as files do. */
const isOfOperator = /^operatore\//;

/** The pages of the application: an address of one can be typed, kept and sent to somebody. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(private readonly pages: WebPages) {}

  @Get()
  @Public()
  home(@Res() reply: FastifyReply): void {
    this.#send(reply);
  }

  /** Whatever is no file and no door of the console. */
  @Get('*')
  @Public()
  page(@Param('*') path: string, @Res() reply: FastifyReply): void {
    if (isDoor.test(path) || (isFile.test(path) && !isOfOperator.test(path))) answer(noSuchPage(), statusOf);
    else this.#send(reply);
  }

  #send(reply: FastifyReply): void {
    void reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(this.pages.html);
  }
}

function noSuchPage() {
  return refuse('page/unknown', 'CONSOLE-PAGES', {
    it: 'Qui non c’è nulla.',
    en: 'There is nothing here.',
  });
}
