// Makes the parts that every service stands on, none of which has begun its work.
import { Relay } from '@recapito/messaging';
import { AccessTokens, tokenAudiences } from './auth/access-tokens.ts';
import { approvalPermissions } from './approvals/approvals.controller.ts';
import { KeyRing } from './auth/key-ring.ts';
import { identityAddress, OperatorPermissions } from './auth/operator-permissions.ts';
import { Operators } from './auth/operators.ts';
import type { Grants } from './auth/permission.ts';
import { ProviderKeys } from './auth/provider-keys.ts';
import type { FindProviderKey } from './auth/provider-keys.ts';
import { Roles } from './auth/roles.ts';
import { measureSecrets } from './auth/secret-ages.ts';
import { ServiceTokens } from './auth/service-tokens.ts';
import { Breakers } from './calls/breakers.ts';
import { HttpClient } from './calls/http-client.ts';
import { ServiceCaller } from './calls/service-caller.ts';
import { SuiteClock } from './clock/suite-clock.ts';
import { Database, type PrismaClientLike } from '@recapito/database';
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
import { measureDatabase } from './observability/database-metrics.ts';
import type { Platform, Service } from './service.ts';
import { tlsOf } from './tls-files.ts';
import { KeptSources } from './sources/kept-sources.ts';

/** @throws Error when secrets are missing or readable by others; in production, when anything else is missing. */
export function assemble<Client extends PrismaClientLike>(service: Service<Client>): Platform<Client> {
  const { name, config } = service;
  const logger = serviceLogger(name, config.logLevel);
  const metrics = new Metrics(name);
  const health = new Health();
  const keys = keysOf(service);
  measureSecrets(metrics, config.secrets, keys);
  const tokens = new ServiceTokens(name, keys);
  const http = new HttpClient(tlsOf(config, { ca: 'httpCa' }));
  health.register('tls-files', () => config.settingFiles?.check() ?? { state: 'ok' });
  const parts = service.database && databaseParts(service, service.database);
  if (parts !== undefined) {
    measureDatabase(metrics, parts.database);
    health.register('database', () => parts.database.check(), { vital: true });
  }
  const operators = new Operators(config, grantsOf(service));
  const caller = new ServiceCaller(tokens, http);
  const breakers = new Breakers(health, metrics);
  const asking = { operators, caller, breakers, service: name, identityUrl: identityAddress(config) };
  const own = service.operatorPermissions;
  const lookUp = own && parts && ((who: string) => own(parts.database, who));
  return {
    name,
    config,
    logger,
    metrics,
    health,
    clock: new SuiteClock(config.mode),
    keys,
    tokens,
    operators,
    permissions: new OperatorPermissions({ ...asking, lookUp }),
    accessTokens: accessTokensOf(service, keys, http),
    caller,
    breakers,
    dueWork: new DueWork(),
    keptSources: new KeptSources(config.folder, logger),
    database: parts?.database,
    restoreDecision: parts?.restoreDecision,
    closedDoors: parts?.closedDoors,
    relay: parts?.relay,
  };
}

/** What a service with a database has beside the rest. @throws Error when its settings name no database */
function databaseParts<Client extends PrismaClientLike>(
  { name, config }: Service<Client>,
  wanted: NonNullable<Service<Client>['database']>,
) {
  const { databaseUrl, folder, goOnAfterRestore } = config;
  if (databaseUrl === undefined) throw new Error(`${name} has a database and no address of it`);
  const connection = connectionOf(name, config);
  const { client, connections, forgotten } = wanted;
  const database = new Database(client, databaseUrl, { name, ...(connections && { connections }) });
  const epochFile = new EpochFile(folder, databaseUrl);
  const restoreDecision = new RestoreDecision<Client>(database, epochFile, {
    ...(wanted.adopt && { adopt: () => wanted.adopt?.(database, connection) ?? Promise.resolve() }),
    ...(forgotten && { rebuild: forgotten.rebuild.bind(forgotten) }),
  });
  const relay = new Relay({
    ...connection,
    databaseUrl,
    epochFile,
    goOnAfterRestore: goOnAfterRestore === true ? () => restoreDecision.goOn() : undefined,
  });
  const closedDoors = isRebuilt(wanted) ? new ClosedDoors(name, relay) : undefined;
  return { database, restoreDecision, relay, closedDoors };
}

/** How long the provider may take to tell its keys. */
const keysMs = 2_000;

/**
 * What operators' access tokens are verified by; nothing where no issuer is set. Identity, which issues them, looks its keys
 * up by itself.
 * @throws Error when roles.json permits what no route of the service asks of operators
 * @rule ROLES-DATA
 */
function accessTokensOf(
  service: Pick<Service, 'name' | 'config' | 'grants' | 'facts' | 'database'>,
  keys: KeyRing,
  http: HttpClient,
): AccessTokens | undefined {
  const { name, config } = service;
  const { oidcIssuer: issuer, oidcKeysUrl: url = `${issuer}/jwks` } = config;
  if (issuer === undefined) return undefined;
  const grantable = grantsOf(service)['operator'] ?? [];
  Roles.read(config.programmes).check({ [name]: grantable }, tokenAudiences);
  const asked = new ProviderKeys(async () => {
    const response = await http.fetch(url, { signal: AbortSignal.timeout(keysMs) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return await response.json();
  });
  const own: FindProviderKey = (kid) => Promise.resolve(keys.verifying(kid, 'provider')?.key);
  const find: FindProviderKey = name === 'identity' ? own : (kid) => asked.find(kid);
  return new AccessTokens({ service: name, issuer, find, grantable });
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
    ...(database === undefined ? [] : [...restorePermissions, ...republishPermissions, ...approvalPermissions]),
  ];
  return { ...grants, operator: [...new Set([...(grants['operator'] ?? []), ...always])] };
}

/** Whether the service adopts or rebuilds what its database has forgotten. */
function isRebuilt(database: object): boolean {
  return 'adopt' in database || 'forgotten' in database;
}
