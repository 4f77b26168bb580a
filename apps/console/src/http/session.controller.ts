import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '@recapito/platform';
import type { FastifyRequest } from 'fastify';
import { SessionViews, sessionView } from '../application/session-view.ts';
import type { SessionView } from '../application/session-view.ts';
import { SessionCookies } from '../sessions/session-cookies.ts';

/** Who has signed in. */
@ApiTags('session')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly views: SessionViews,
    private readonly cookies: SessionCookies,
  ) {}

  @Get()
  @Public()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: sessionView })
  async read(@Req() request: FastifyRequest): Promise<SessionView> {
    return await this.views.of(this.cookies.sessionOf(request));
  }
}
