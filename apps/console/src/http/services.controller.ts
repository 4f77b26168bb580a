import { All, Controller, Get, Header, Param, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiTags } from '@nestjs/swagger';
import { answer, Permission, RecordsNothing } from '@recapito/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { serviceHealth } from '../application/live-document.ts';
import type { ServiceHealth } from '../application/live-document.ts';
import { ServiceDoor } from '../application/service-door.ts';
import { SuiteHealth } from '../application/suite-health.ts';
import { isAskedService, isPassedOn } from '../domain/passed-on.ts';
import { SessionCookies } from '../sessions/session-cookies.ts';
import { CsrfGuard } from './csrf.guard.ts';
import { workHere } from './permissions.ts';
import { notPassedOn, sessionOver, statusOf } from './problem.ts';

const prefix = '/api/services/';

/** The services behind the console, asked on behalf of whoever has signed in. */
@ApiTags('services')
@Controller('api/services')
export class ServicesController {
  constructor(
    private readonly door: ServiceDoor,
    private readonly cookies: SessionCookies,
    private readonly health: SuiteHealth,
  ) {}

  /** How each service is now. */
  @Get()
  @Permission(workHere)
  @RecordsNothing('the health of services')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(serviceHealth) }) })
  async all(): Promise<{ items: readonly ServiceHealth[] }> {
    return { items: await this.health.look() };
  }

  /** Hands a request of a page to a service, and the service's answer to the page. */
  @All(':service/*')
  @Permission(workHere)
  @UseGuards(CsrfGuard)
  @RecordsNothing('the service that is asked publishes who reads and who acts')
  @ApiExcludeEndpoint()
  async ask(
    @Param('service') service: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const path = request.url.slice(prefix.length + service.length);
    const [pathname = ''] = path.split('?');
    if (!isAskedService(service) || !isPassedOn(service, request.method, pathname))
      return answer(notPassedOn(), statusOf);
    const { method, headers } = request;
    const body = method === 'GET' ? undefined : (request.body ?? undefined);
    const secret = this.cookies.sessionOf(request) ?? '';
    const given =
      (await this.door.ask(secret, service, { method, path, headers, body })) ?? answer(sessionOver(), statusOf);
    void reply
      .status(given.status)
      .headers({ ...given.headers, 'cache-control': 'no-store' })
      .send(given.body);
  }
}
