import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/permission.ts';
import { Health } from './health.ts';

/** Yes or no, for orchestrators and balancers. What stands behind it is told at the management port alone. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** The event loop turns: that this answers is all it says. */
  @Get('live')
  @Public()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 while the service answers, 503 while it starts, drains or lacks what it cannot do without. */
  @Get('ready')
  @Header('cache-control', 'no-store')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: 'ok' | 'down' }> {
    const { status } = await this.health.report();
    void reply.status(status === 'down' ? 503 : 200);
    return { status: status === 'down' ? 'down' : 'ok' };
  }
}
