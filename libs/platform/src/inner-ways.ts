import { accessSync, constants, statSync } from 'node:fs';
import { z } from 'zod';

const text = z.string().min(1).optional();

/** The path of a file that can be read. */
const readable = text.refine((file) => file === undefined || isReadable(file), 'cannot be read');

/** `mesh` says in words that something else encrypts and authenticates a way. */
export const protectedBy = z.enum(['mesh']).optional();

/**
 * How the parts of an installation reach each other, beside the broker. Certificates and keys are PEM and stand in files, as
 * `RECAPITO_HTTP_KEY_FILE`. Whoever is called has to show a certificate of the authorities given, for the name by which it
 * was called.
 * @rule INNER-TLS
 */
export const innerWays = {
  /**
   * The files of what the service shows to whoever calls it by HTTP; without them it speaks in the clear. They are read
   * again when they change.
   */
  httpCertificateFile: readable,
  httpKeyFile: readable.refine((file) => isOwners(file), 'may be read by its owner alone'),
  /** The authorities that may have signed what other services and the mail store show to this one. */
  httpCa: text,
  httpProtectedBy: protectedBy,
  /** The file of the authorities that may have signed what PostgreSQL shows. */
  databaseCaFile: text,
  databaseProtectedBy: protectedBy,
  /** The authorities that may have signed what Redis shows, whose address then begins with `rediss:`. */
  redisCa: text,
  redisProtectedBy: protectedBy,
};

/** The settings that are addresses of a database. */
const databaseAddresses = ['databaseUrl', 'migratorUrl', 'clusterUrl'];

/** Settings as they were given, with the authorities of PostgreSQL in each address of a database. */
export function withDatabaseAuthorities(
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const { databaseCaFile: file } = given;
  const settings = Object.entries(given).map(([setting, value]) => {
    const isAddress = databaseAddresses.includes(setting) && value !== undefined && URL.canParse(value);
    return [setting, isAddress && file !== undefined ? overTls(value, file) : value] as const;
  });
  return Object.fromEntries(settings);
}

/** An address of PostgreSQL whose client speaks TLS alone, with a server of these authorities and of this name. */
function overTls(databaseUrl: string, authoritiesFile: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('sslmode', 'verify-full');
  url.searchParams.set('sslrootcert', authoritiesFile);
  return url.href;
}

/** Whether an address of a database has its client check who the server is. */
export function isOverTls(databaseUrl: string): boolean {
  return new URL(databaseUrl).searchParams.get('sslmode') === 'verify-full';
}

/** Whether a setting is an address with a password in it. */
export function holdsPassword(value: string): boolean {
  return URL.canParse(value) && new URL(value).password !== '';
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether nobody but its owner may read a file. */
function isOwners(file: string | undefined): boolean {
  return file === undefined || !isReadable(file) || (statSync(file).mode & 0o077) === 0;
}
