import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { outboxPending } from '@recapito/messaging';
import type { AnyServiceConfig } from './config.ts';
import type { HttpEdge } from './http/edge.ts';
import type { HttpCredential } from './http/http-credential.ts';
import type { ManagementDoor } from './http/management-door.ts';
import type { Platform } from './service.ts';

interface Stoppable {
  readonly app: INestApplication;
  readonly management: ManagementDoor;
  readonly edge: HttpEdge;
  readonly platform: Platform;
  /** Absent where the service speaks in the clear. */
  readonly tls: Pick<HttpCredential, 'stop'> | undefined;
  readonly config: AnyServiceConfig;
}

/**
 * Returns the one shutdown of a service, in the order in which its parts hang on each other: say so and go on answering
 * for a while; close the door and finish the requests and facts in hand; publish what they stated; close the pools.
 * Clients do not hold it up: a request that does not come in whole is ended after a fifth of the time, one that is not
 * answered after half of it.
 * However often it is called, it happens once. True when all of it ended within `shutdownMs`.
 * @rule HTTP-STOP
 */
export function stopping({ app, management, edge, platform, tls, config }: Stoppable): () => Promise<boolean> {
  let stopped: Promise<boolean> | undefined;
  const { logger, health } = platform;
  const inOrder = async () => {
    health.enter('draining');
    logger.info({ event: 'service-draining' }, 'draining');
    await pause(config.drainMs);
    const impatience = [
      setTimeout(() => edge.endUnfinished(), config.shutdownMs / 5),
      setTimeout(() => (app.getHttpServer() as Server).closeAllConnections(), config.shutdownMs / 2),
    ];
    await tls?.stop();
    await step('requests and facts', () => app.close());
    for (const timer of impatience) clearTimeout(timer);
    await step('outbox', () => flush(platform));
    await step('suite clock', () => platform.clock.stop());
    await step('known sources', () => platform.keptSources.stop());
    await step('management port', () => management.close());
    await step('pools', async () => await platform.database?.close());
    logger.info({ event: 'service-stopped' }, 'stopped');
    return true;
  };
  const step = async (what: string, end: () => Promise<unknown>) => {
    try {
      await end();
    } catch (error) {
      logger.error({ event: 'stop-failed', err: error, what }, 'a part of the service did not stop');
    }
  };
  return () => (stopped ??= Promise.race([inOrder(), outOfTime(config.drainMs + config.shutdownMs, platform)]));
}

async function outOfTime(ms: number, { logger }: Platform): Promise<boolean> {
  await pause(ms, true);
  logger.error(
    { event: 'shutdown-timeout', ms },
    'shutdown timed out; uncommitted work is dropped and will be done again',
  );
  return false;
}

/** Waits until the relay has published every committed fact, for as long as the broker answers. */
async function flush({ relay, database }: Platform): Promise<void> {
  if (relay === undefined || database === undefined) return;
  const until = Date.now() + 3_000;
  while (Date.now() < until && relay.state().brokerConnected && (await outboxPending(database.client)) > 0) {
    relay.nudge();
    await pause(20);
  }
  await relay.stop();
}

async function pause(ms: number, idle = false): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (idle) timer.unref();
  });
}
