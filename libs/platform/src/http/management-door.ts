import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { AnyServiceConfig } from '../config.ts';
import type { Health } from '../health/health.ts';
import type { Metrics } from '../observability/metrics.ts';
import { answerProblem } from './answer-problem.ts';
import type { HttpCredential } from './http-credential.ts';
import { noSuchRoute } from './refusals.ts';
import { serverOptions } from './server-limits.ts';

/** How far above the service's own port the management port is, unless it is set. */
const distance = 100;

const mostClients = 64;

/** What those who run the service look at. */
export interface Managed {
  readonly health: Health;
  readonly metrics: Metrics;
  /** What it shows where it is not on the loopback; undefined when the service speaks in the clear. */
  readonly tls: HttpCredential | undefined;
  /** The service's HTTP contract, put together when somebody looks: that takes a tenth of a start. */
  readonly contract: () => OpenAPIObject;
}

/**
 * The port of those who run the service: figures, health with every check, the HTTP contract. It asks nobody for credentials,
 * so it is on the loopback unless it is set elsewhere, and citizens never reach it. On the loopback it speaks in the clear.
 * @rule MANAGEMENT-PORT
 */
export class ManagementDoor {
  readonly #server: FastifyInstance;
  readonly url: string;

  private constructor(server: FastifyInstance, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @throws Error when the port is taken. */
  static async open(config: AnyServiceConfig, managed: Managed): Promise<ManagementDoor> {
    const { managementHost: host } = config;
    const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
    const tls = isLoopback ? undefined : managed.tls;
    const server = fastify(serverOptions(tls?.current));
    tls?.showAt(server.server);
    server.server.maxConnections = mostClients;
    answerLooks(server, managed);
    try {
      return new ManagementDoor(server, await server.listen({ host, port: portIn(config) }));
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#server.server.closeAllConnections();
    await this.#server.close();
  }
}

function portIn({ port, managementPort }: AnyServiceConfig): number {
  return managementPort ?? (port === 0 ? 0 : port + distance);
}

function answerLooks(server: FastifyInstance, { health, metrics, contract }: Managed): void {
  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const report = await health.report();
    void reply.status(report.status === 'down' ? 503 : 200).header('cache-control', 'no-store');
    return report;
  });
  server.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.registry.contentType);
    return await metrics.registry.metrics();
  });
  let described: OpenAPIObject | undefined;
  server.get('/openapi.json', () => (described ??= contract()));
  server.setNotFoundHandler((request, reply) => answerProblem(noSuchRoute(), request, reply));
}
