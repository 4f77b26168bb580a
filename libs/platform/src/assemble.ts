// Makes the parts that every service stands on, none of which has begun its work.
import { Relay } from '@recapito/messaging';
import { KeyRing } from './auth/key-ring.ts';
import { Operators } from './auth/operators.ts';
import type { Grants } from './auth/permission.ts';
import { measureSecrets } from './auth/secret-ages.ts';
import { ServiceTokens } from './auth/service-tokens.ts';
import { Breakers } from './calls/breakers.ts';
import { HttpClient } from './calls/http-client.ts';
import { ServiceCaller } from './calls/service-caller.ts';
import { SuiteClock } from './clock/suite-clock.ts';
import { Database, type PrismaClientLike } from './database/database.ts';
import { deadLetterPermissions } from './dead-letters/dead-letters.controller.ts';
import { Health } from './health/health.ts';
import { serviceLogger } from './observability/logger.ts';
import { Metrics } from './observability/metrics.ts';
import { checkProduction } from './production.ts';
import { DueWork } from './rehearsal/due-work.ts';
import { readRehearsalState } from './rehearsal/rehearsal.controller.ts';
import { ClosedDoors } from './restore/closed-doors.ts';
import { EpochFile } from './restore/epoch-file.ts';
import { republishPermissions } from './restore/republish.controller.ts';
import { restorePermissions } from './restore/restore.controller.ts';
import { RestoreDecision } from './restore/restore-decision.ts';
import { connectionOf } from './service.ts';
import type { Platform, Service } from './service.ts';
import { KeptSources } from './sources/kept-sources.ts';

/** @throws Error when secrets are missing or readable by others; in production, when anything else is missing. */
export function assemble<Client extends PrismaClientLike>(service: Service<Client>): Platform<Client> {
  const { name, config, database } = service;
  const logger = serviceLogger(name, config.logLevel);
  const metrics = new Metrics(name);
  const health = new Health();
  const keys = keysOf(service);
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
      ...(database?.forgotten && { rebuild: database.forgotten.rebuild.bind(database.forgotten) }),
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
    caller: new ServiceCaller(tokens, new HttpClient(config.httpCa)),
    breakers: new Breakers(health, metrics),
    dueWork: new DueWork(),
    keptSources: new KeptSources(config.folder, logger),
    database: opened,
    restoreDecision,
    closedDoors: relay && database && isRebuilt(database) ? new ClosedDoors(name, relay) : undefined,
    relay,
  };
}

/** @throws Error when the service has no key of its own; in production, when anything else is missing. */
function keysOf({ name, config, lacking }: Pick<Service, 'name' | 'config' | 'lacking'>): KeyRing {
  const keys = new KeyRing(config.secrets, name);
  keys.signing('service');
  checkProduction(config, keys, lacking);
  return keys;
}

/**
 * Operators always see what a service could not take and decide after a restore; in a rehearsal they may ask how far it
 * is.
 */
export function grantsOf({
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

/** Whether the service adopts or rebuilds what its database has forgotten. */
function isRebuilt(database: NonNullable<Service['database']>): boolean {
  return 'adopt' in database || 'forgotten' in database;
}
