import { fileURLToPath } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { isReadingsTopic } from '@recapito/contracts';
import { FactStrategy } from '@recapito/messaging';
import { assemble, grantsOf } from './assemble.ts';
import { Admission } from './auth/admission.ts';
import { checkRoutes } from './auth/permission.ts';
import { followSuiteClock } from './clock/follow-suite-clock.ts';
import { claimMode } from './clock/installation-mode.ts';
import { migrate, type PrismaClientLike, roleOf } from '@recapito/database';
import { watchMessaging } from './health/messaging-checks.ts';
import { HttpEdge } from './http/edge.ts';
import { ManagementDoor } from './http/management-door.ts';
import { openApiOf } from './http/openapi.ts';
import { limitPlaces } from './http/places.ts';
import { Recorder } from './http/recorder.ts';
import { RefusalFilter } from './http/refusal.filter.ts';
import { HttpCredential } from './http/http-credential.ts';
import { serverOptions, streamBodies } from './http/server-limits.ts';
import { ValidationPipe } from './http/validation.ts';
import { NestLogger } from './observability/logger.ts';
import { PlatformModule } from './platform.module.ts';
import { Rehearsal } from './rehearsal/rehearsal.ts';
import { connectionOf } from './service.ts';
import type { OnServiceStart, Platform, RunningService, Service } from './service.ts';
import { stopping } from './stop.ts';

/**
 * Starts a service in this process and returns as soon as it listens; `ready` resolves when it answers. It touches
 * nothing of the process itself, so that specs may start several; a program calls `boot`.
 * @throws Error when secrets are missing or readable by others, migrations do not apply, routes and permissions do not
 * fit, or the port is taken.
 */
export async function start<Client extends PrismaClientLike>(
  service: Service<Client>,
): Promise<RunningService<Client>> {
  const platform = assemble(service);
  const { logger, health, database } = platform;
  await migrateFirst(service);
  await database?.prepare();
  const edge = new HttpEdge();
  const tls = HttpCredential.in(service.config);
  const facts = factsFor(service, platform);
  if (facts !== undefined) platform.dueWork.reads({ known: () => knownLag(facts), asked: () => facts.lag() });
  const rehearsal = new Rehearsal({ ...platform, edge, facts });
  const app = await NestFactory.create<NestFastifyApplication>(
    PlatformModule.for(service, platform, rehearsal, facts),
    new FastifyAdapter(serverOptions(tls?.current)),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  let management: ManagementDoor | undefined;
  try {
    await service.plugins?.(app.getHttpAdapter().getInstance());
    dress(app, service, platform, edge);
    if (facts !== undefined) app.connectMicroservice({ strategy: facts });
    management = await ManagementDoor.open(service.config, {
      ...platform,
      tls,
      contract: () => openApiOf(app, service.name, service.config.port),
    });
    const { config, metrics, keptSources } = platform;
    limitPlaces(app.getHttpServer(), { config, metrics, known: keptSources.known, occupied: edge.occupied });
    await app.listen(service.config.port, service.config.host);
  } catch (error) {
    await management?.close();
    await app.close();
    await database?.close();
    throw error;
  }
  tls?.showAt(app.getHttpServer());
  tls?.follow(platform);
  watchMessaging(platform, facts);
  const stop = stopping({ app, management, edge, platform, tls, config: service.config });
  const ready = begin(app, service, platform).catch(async (error: unknown) => {
    logger.fatal({ event: 'start-failed', err: error }, 'the service cannot start');
    await stop();
    throw error;
  });
  // Who does not wait for `ready` learns of the failure from the log; the promise itself stays to be asked.
  ready.catch(() => undefined);
  database?.afterCommit(() => platform.relay?.nudge());
  health.register('suite-clock', () => platform.clock.check(), { vital: true });
  const url = (await app.getUrl()).replace(/^http:/, tls === undefined ? 'http:' : 'https:');
  return { url, management: management.url, app, platform, ready, stop };
}

/**
 * The mode and the clock first, then a look at the database where its rows may be old, then the app's own beginnings, then
 * facts; only then is the service ready.
 */
async function begin<Client extends PrismaClientLike>(
  app: INestApplication,
  service: Service<Client>,
  platform: Platform<Client>,
) {
  const { clock, relay, health, logger, config, database } = platform;
  if (database !== undefined) await claimMode(database, config.mode);
  if (config.mode === 'rehearsal') followSuiteClock(clock, connectionOf(service.name, config));
  await clock.ready();
  relay?.start();
  await platform.closedDoors?.whenOpen();
  for (const provider of app.get(DiscoveryService).getProviders())
    if (hasStart(provider.instance)) await provider.instance.onServiceStart();
  await app.startAllMicroservices();
  health.enter('serving');
  logger.info({ event: 'service-ready', mode: config.mode }, 'ready');
}

function hasStart(instance: unknown): instance is OnServiceStart {
  return typeof (instance as Partial<OnServiceStart> | null | undefined)?.onServiceStart === 'function';
}

async function migrateFirst<Client extends PrismaClientLike>({ config, database }: Service<Client>): Promise<void> {
  const { databaseUrl, migratorUrl } = config;
  if (database === undefined || databaseUrl === undefined || migratorUrl === undefined) return;
  const folder = fileURLToPath(database.migrations);
  await migrate({ url: migratorUrl, folder, runtimeRole: roleOf(databaseUrl) });
}

function knownLag(facts: FactStrategy): number {
  return facts.state().topics.reduce((sum, { lag }) => sum + lag, 0);
}

function factsFor<Client extends PrismaClientLike>(
  service: Service<Client>,
  platform: Platform<Client>,
): FactStrategy | undefined {
  const { database, closedDoors, clock, config, name } = platform;
  if (service.facts === undefined || database === undefined) return undefined;
  return new FactStrategy({
    ...connectionOf(name, config),
    transaction: async (work) => {
      closedDoors?.makeSureOpen();
      return database.transaction(work);
    },
    now: () => clock.now(),
    ...service.facts,
  });
}

/** Gives the bare application what every service has: edge, permissions, checks of requests, refusals. */
function dress<Client extends PrismaClientLike>(
  app: NestFastifyApplication,
  service: Service<Client>,
  platform: Platform<Client>,
  edge: HttpEdge,
): void {
  const { logger, tokens, operators, accessTokens } = platform;
  const grants = grantsOf(service);
  const reflector = app.get(Reflector);
  checkRoutes(app.get(DiscoveryService), reflector, grants);
  const kinds = [
    (token: string) => tokens.verify(token, grants),
    (token: string) => operators.verify(token),
    accessTokens && ((token: string) => accessTokens.verify(token)),
    service.sessions?.(platform),
  ];
  const fastify = app.getHttpAdapter().getInstance();
  const admission = new Admission(
    kinds.filter((kind) => kind !== undefined),
    service.credentialOf,
  );
  edge.attach(fastify, platform, admission);
  for (const [type, mostBytes] of Object.entries(service.rawBodies ?? {})) streamBodies(fastify, type, mostBytes);
  const topic = `${service.name}.readings.v1`;
  if (platform.database !== undefined && isReadingsTopic(topic))
    app.useGlobalInterceptors(
      new Recorder({
        reflector,
        database: platform.database,
        clock: platform.clock,
        topic,
        purposeRequired: service.config.mode === 'production',
      }),
    );
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new RefusalFilter(logger));
}
