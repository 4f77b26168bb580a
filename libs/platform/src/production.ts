import type { KeyRing } from './auth/key-ring.ts';
import { rehearsalToken } from './auth/operators.ts';
import { hasSecret } from './auth/key-files.ts';
import { variableOf } from './config.ts';
import type { AnyServiceConfig } from './config.ts';
import { holdsPassword, isOverTls } from './inner-ways.ts';
import { isBrokerOverTls } from './kafka-settings.ts';

/** What production lacks here, or has and may not have: one line each. */
function lacking(config: AnyServiceConfig, keys: KeyRing): string[] {
  const foreign = keys.foreignFiles();
  return [
    // @rule AUTH-OWN-KEY
    foreign.length > 0 &&
      `the folder of secrets holds the keys of other services, which only they may have: ${foreign.join(', ')}`,
    // @rule AUTH-OPERATOR-TOKEN
    hasSecret(config.secrets, rehearsalToken) &&
      `${rehearsalToken} opens a rehearsal to whoever holds it; production does not start while it is there`,
    ...openWays(config),
  ].filter((line) => line !== false);
}

/**
 * Ways between the parts of the installation on which others could read, or pretend to be one of them.
 * @rule INNER-TLS
 */
function openWays(config: AnyServiceConfig): (string | false)[] {
  const { kafkaUser, kafkaProtectedBy, httpProtectedBy, databaseProtectedBy, redisProtectedBy } = config;
  const { httpCertificateFile, databaseUrl, migratorUrl = databaseUrl, redisUrl } = config;
  const databases = [databaseUrl, migratorUrl].filter((url) => url !== undefined);
  const mesh = (way: string) => `RECAPITO_${way}_PROTECTED_BY=mesh says that something else does it`;
  return [
    // @rule KAFKA-PRODUCTION
    kafkaProtectedBy === undefined &&
      kafkaUser === undefined &&
      `RECAPITO_KAFKA_USER: whoever reaches a broker that asks nobody for a password moves every box; ${mesh('KAFKA')}`,
    kafkaProtectedBy === undefined &&
      !isBrokerOverTls(config) &&
      `RECAPITO_KAFKA_CA_FILE: the way to the broker has no TLS; ${mesh('KAFKA')}`,
    httpProtectedBy === undefined &&
      httpCertificateFile === undefined &&
      `RECAPITO_HTTP_CERTIFICATE_FILE, RECAPITO_HTTP_KEY_FILE: the service would speak in the clear; ${mesh('HTTP')}`,
    ...clearAddresses(config).map((setting) =>
      publicSettings.has(setting)
        ? `${variableOf(setting)}: begins with http:, not https:; people come by it, and no mesh protects their way`
        : httpProtectedBy === undefined && `${variableOf(setting)}: begins with http:, not https:; ${mesh('HTTP')}`,
    ),
    databaseProtectedBy === undefined &&
      !databases.every(isOverTls) &&
      `RECAPITO_DATABASE_CA_FILE: the way to PostgreSQL has no TLS; ${mesh('DATABASE')}`,
    redisProtectedBy === undefined &&
      !redisUrl.startsWith('rediss:') &&
      `RECAPITO_REDIS_URL: begins with redis:, not rediss:; ${mesh('REDIS')}`,
    redisProtectedBy === undefined &&
      !holdsPassword(redisUrl) &&
      `RECAPITO_REDIS_URL_FILE: the address has no password; ${mesh('REDIS')}`,
  ];
}

/** Addresses by which people come, from outside. */
const publicSettings: ReadonlySet<string> = new Set(['oidcIssuer', 'consoleUrl']);

/** Settings that hold an address, or addresses by name, of which one leads to another part in the clear. */
function clearAddresses(config: AnyServiceConfig): string[] {
  const settings = Object.entries(config) as [string, unknown][];
  return settings.filter(([, value]) => isClear(value)).map(([setting]) => setting);
}

function isClear(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('http:');
  const isRecord = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isRecord && Object.values(value).some((each) => typeof each === 'string' && leavesTheMachine(each));
}

/** A service of the same machine may be looked at in the clear, at its management port. */
function leavesTheMachine(address: string): boolean {
  return address.startsWith('http:') && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(address);
}

/**
 * @param more what the service itself lacks, one line each
 * @throws Error in production that names everything that is lacking
 */
export function checkProduction(config: AnyServiceConfig, keys: KeyRing, more: readonly string[] = []): void {
  const named = new Set(more.map(variableIn));
  const own = lacking(config, keys).filter((line) => !named.has(variableIn(line)));
  const lines = config.mode === 'production' ? [...own, ...more] : [];
  if (lines.length > 0)
    throw new Error(`production does not start like this:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

/** The setting that a line is about: what a service says of it counts more. */
function variableIn(line: string): string {
  return line.split(':')[0] ?? line;
}
