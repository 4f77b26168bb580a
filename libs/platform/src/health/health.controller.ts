import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/permission.ts';
import { Metrics } from '../observability/metrics.ts';
import { Health, type HealthReport } from './health.ts';

/** The doors of those who run the suite: orchestrators, balancers, Prometheus. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  /** The event loop turns: that this answers is all it says. */
  @Get('health/live')
  @Public()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 while `ok` or `degraded`, 503 while starting, draining or without what the service cannot do without. */
  @Get('health/ready')
  @Header('cache-control', 'no-store')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const report = await this.health.report();
    void reply.status(report.status === 'down' ? 503 : 200);
    return report;
  }

  @Get('metrics')
  @Public()
  async figures(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return await this.metrics.registry.metrics();
  }
}
