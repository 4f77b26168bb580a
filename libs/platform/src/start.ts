import { fileURLToPath } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { isReadingsTopic } from '@recapito/contracts';
import { FactStrategy, Relay } from '@recapito/messaging';
import { Admission } from './auth/admission.ts';
import { KeyRing } from './auth/key-ring.ts';
import { measureSecrets } from './auth/secret-ages.ts';
import { Operators } from './auth/operators.ts';
import { checkRoutes, type Grants } from './auth/permission.ts';
import { ServiceTokens } from './auth/service-tokens.ts';
import { Breakers } from './calls/breakers.ts';
import { ServiceCaller } from './calls/service-caller.ts';
import { followSuiteClock } from './clock/follow-suite-clock.ts';
import { claimMode } from './clock/installation-mode.ts';
import { SuiteClock } from './clock/suite-clock.ts';
import { Database, type PrismaClientLike } from './database/database.ts';
import { migrate, roleOf } from './database/migrate.ts';
import { deadLetterPermissions } from './dead-letters/dead-letters.controller.ts';
import { watchMessaging } from './health/messaging-checks.ts';
import { Health } from './health/health.ts';
import { HttpEdge } from './http/edge.ts';
import { openApiOf } from './http/openapi.ts';
import { Contract } from './http/openapi.controller.ts';
import { Recorder } from './http/recorder.ts';
import { EpochFile } from './restore/epoch-file.ts';
import { ClosedDoors } from './restore/closed-doors.ts';
import { RestoreDecision } from './restore/restore-decision.ts';
import { republishPermissions } from './restore/republish.controller.ts';
import { restorePermissions } from './restore/restore.controller.ts';
import { RefusalFilter } from './http/refusal.filter.ts';
import { serverLimits, streamBodies } from './http/server-limits.ts';
import { ValidationPipe } from './http/validation.ts';
import { NestLogger, serviceLogger } from './observability/logger.ts';
import { Metrics } from './observability/metrics.ts';
import { PlatformModule } from './platform.module.ts';
import { checkProduction } from './production.ts';
import { DueWork } from './rehearsal/due-work.ts';
import { readRehearsalState } from './rehearsal/rehearsal.controller.ts';
import { Rehearsal } from './rehearsal/rehearsal.ts';
import { connectionOf } from './service.ts';
import type { OnServiceStart, Platform, RunningService, Service } from './service.ts';
import { KeptSources } from './sources/kept-sources.ts';
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
  const facts = factsFor(service, platform);
  if (facts !== undefined) platform.dueWork.reads({ known: () => knownLag(facts), asked: () => facts.lag() });
  const rehearsal = new Rehearsal({ ...platform, edge, facts });
  const app = await NestFactory.create<NestFastifyApplication>(
    PlatformModule.for(service, platform, rehearsal, facts),
    new FastifyAdapter(serverLimits),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  try {
    dress(app, service, platform, edge);
    if (facts !== undefined) app.connectMicroservice({ strategy: facts });
    app.getHttpServer().maxConnections = service.config.httpClients;
    await app.listen(service.config.port, service.config.host);
  } catch (error) {
    await app.close();
    await database?.close();
    throw error;
  }
  watchMessaging(platform, facts);
  const stop = stopping({ app, edge, platform, config: service.config });
  const ready = begin(app, service, platform).catch(async (error: unknown) => {
    logger.fatal({ err: error }, 'the service cannot start');
    await stop();
    throw error;
  });
  // Who does not wait for `ready` learns of the failure from the log; the promise itself stays to be asked.
  ready.catch(() => undefined);
  database?.afterCommit(() => platform.relay?.nudge());
  health.register('suite-clock', () => platform.clock.check(), { vital: true });
  return { url: await app.getUrl(), app, platform, ready, stop };
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
  logger.info({ mode: config.mode }, 'ready');
}

function hasStart(instance: unknown): instance is OnServiceStart {
  return typeof (instance as Partial<OnServiceStart> | null | undefined)?.onServiceStart === 'function';
}

function assemble<Client extends PrismaClientLike>(service: Service<Client>): Platform<Client> {
  const { name, config, database } = service;
  const logger = serviceLogger(name, config.logLevel);
  const metrics = new Metrics(name);
  const health = new Health();
  const keys = keysOf(name, config);
  measureSecrets(metrics, config.secrets, keys);
  const tokens = new ServiceTokens(name, keys);
  const opened =
    database &&
    new Database(database.client, config.databaseUrl, {
      name,
      ...(database.connections && { connections: database.connections }),
    });
  if (opened !== undefined) {
    opened.measure(metrics);
    health.register('database', () => opened.check(), { vital: true });
  }
  const connection = connectionOf(name, config);
  const epochFile = new EpochFile(config.folder, config.databaseUrl);
  const restoreDecision =
    opened &&
    new RestoreDecision<Client>(opened, epochFile, {
      ...(database?.adopt && { adopt: () => database.adopt?.(opened, connection) ?? Promise.resolve() }),
      ...(database?.rebuild && { rebuild: database.rebuild.bind(database) }),
    });
  const alone = config.goOnAfterRestore === true;
  const relay =
    opened &&
    new Relay({
      ...connection,
      databaseUrl: config.databaseUrl,
      epochFile,
      goOnAfterRestore: alone ? () => restoreDecision?.goOn() ?? Promise.resolve() : undefined,
    });
  return {
    name,
    config,
    logger,
    metrics,
    health,
    clock: new SuiteClock(config.mode),
    keys,
    tokens,
    operators: new Operators(config, grantsOf(service)),
    caller: new ServiceCaller(tokens),
    breakers: new Breakers(health, metrics),
    dueWork: new DueWork(),
    keptSources: new KeptSources(config.folder, logger),
    database: opened,
    restoreDecision,
    closedDoors: relay && database?.adopt && new ClosedDoors(name, relay),
    relay,
  };
}

/** @throws Error when the service has no key of its own; in production, when anything else is missing. */
function keysOf(name: string, config: Service['config']): KeyRing {
  const keys = new KeyRing(config.secrets, name);
  keys.signing('service');
  checkProduction(config, keys);
  return keys;
}

async function migrateFirst<Client extends PrismaClientLike>({ config, database }: Service<Client>): Promise<void> {
  if (database === undefined || config.migratorUrl === undefined) return;
  const folder = fileURLToPath(database.migrations);
  await migrate({ url: config.migratorUrl, folder, runtimeRole: roleOf(config.databaseUrl) });
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

/** Gives the bare application what every service has: edge, permissions, checks of requests, refusals, its contract. */
function dress<Client extends PrismaClientLike>(
  app: NestFastifyApplication,
  service: Service<Client>,
  platform: Platform<Client>,
  edge: HttpEdge,
): void {
  const { logger, tokens, operators } = platform;
  const grants = grantsOf(service);
  const reflector = app.get(Reflector);
  checkRoutes(app.get(DiscoveryService), reflector, grants);
  const kinds = [
    (token: string) => tokens.verify(token, grants),
    (token: string) => operators.verify(token),
    service.sessions?.(platform),
  ];
  const fastify = app.getHttpAdapter().getInstance();
  edge.attach(fastify, platform, new Admission(kinds.filter((kind) => kind !== undefined)));
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
  app.get(Contract).document = openApiOf(app, service.name);
}

/**
 * Operators always see what a service could not take and decide after a restore; in a rehearsal they may ask how far it
 * is.
 */
function grantsOf({
  grants = {},
  config,
  facts,
  database,
}: Pick<Service, 'grants' | 'config' | 'facts' | 'database'>): Grants {
  const always = [
    ...(config.mode === 'production' ? [] : [readRehearsalState]),
    ...(facts === undefined ? [] : deadLetterPermissions),
    ...(database === undefined ? [] : [...restorePermissions, ...republishPermissions]),
  ];
  return { ...grants, operator: [...new Set([...(grants['operator'] ?? []), ...always])] };
}
