import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { TrustedProxies } from './sources/trusted-proxies.ts';
import { holdsPassword, innerWays, withDatabaseAuthorities } from './inner-ways.ts';
import { halfGiven, kafkaSettings, settingsInFilesOnly } from './kafka-settings.ts';
import { SettingFiles } from './tls-files.ts';
import type { FiledSettings } from './tls-files.ts';

/** A TCP port; 0 lets the system choose, which specs do. */
export const portNumber = z.coerce.number().int().min(0).max(65_535);

/** The address of another service, as `http://localhost:4001`. */
export const serviceUrl = z.url({ protocol: /^https?$/ });

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/**
 * The settings that every service has. A service adds its own with `serviceConfig.extend({ ... })`; the setting
 * `identityUrl` is read from the variable `RECAPITO_IDENTITY_URL`, and so on for every name.
 */
export const serviceConfig = z.object({
  /** `rehearsal` follows the suite clock that a driver moves; `production` is the system clock and refuses any other. */
  mode: z.enum(['rehearsal', 'production']),
  port: portNumber,
  /** The address listened on. Loopback unless the deployment says otherwise. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Where those who run the service look: figures, health, contract. The service's port + 100 when left out. */
  managementPort: portNumber.optional(),
  /** The address that the management port listens on. Whoever reaches it needs no credentials. */
  managementHost: z.string().min(1).default('127.0.0.1'),
  /**
   * How many connections the HTTP door has at a time: a tenth for one source, half for one that succeeded before, a quarter
   * kept for these.
   */
  httpClients: z.coerce.number().int().min(1).max(100_000).default(1_000),
  /**
   * Addresses and blocks (`10.0.0.0/8`), with commas between, of the proxies before the HTTP door: they alone may say from
   * where a request comes. Nobody when left out.
   */
  trustedProxies: z
    .string()
    .default('')
    .transform((list, context) => {
      try {
        return new TrustedProxies(list.split(',').filter((entry) => entry.trim() !== ''));
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    }),
  /** The header in which they say it. */
  proxyHeader: z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
  /** Requests without credentials that one source may make at once, and how many a second may follow. */
  httpBurst: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
  httpPerSecond: z.coerce.number().int().min(1).max(100_000).default(100),
  /** The service's database in its runtime role, which owns nothing. */
  databaseUrl: postgresUrl,
  /** The same database in its owner's role. Left out when migrations are applied apart, by `npm run migrate`. */
  migratorUrl: postgresUrl.optional(),
  ...kafkaSettings,
  ...innerWays,
  redisUrl: z.url({ protocol: /^rediss?$/ }),
  /** Prefix of physical topics, groups and queues, so that several suites may share servers. */
  namespace: z
    .string()
    .regex(/^[a-z0-9.-]*$/)
    .default(''),
  /** The folder in which the service keeps its own files. */
  folder: z.string().min(1),
  /** The folder of key files, each readable by its owner alone. */
  secrets: z.string().min(1),
  /** The folder of programmes: calendars, campaigns, texts. */
  programmes: z.string().min(1),
  /**
   * `true`: when the database was put back to an earlier state, the service goes on by itself in a new epoch; otherwise
   * it publishes nothing until an operator decides.
   */
  goOnAfterRestore: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional(),
  /**
   * The issuer of the tokens with which operators come: the public address of identity and `/oidc`, as
   * `https://identita.example/oidc`.
   */
  oidcIssuer: serviceUrl.optional(),
  /** Where this service reads the issuer's keys; the issuer's address and `/jwks` when left out. */
  oidcKeysUrl: serviceUrl.optional(),
  /** How long the service keeps answering after it has said that it leaves, so that balancers hear of it. */
  drainMs: z.coerce.number().int().min(0).max(60_000).default(0),
  /** How long a shutdown may take before the process ends with what it has. */
  shutdownMs: z.coerce.number().int().min(100).max(300_000).default(15_000),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type ServiceConfig = z.output<typeof serviceConfig> & FiledSettings;

/** The settings of a service that keeps nothing in a database. */
export const statelessConfig = serviceConfig.omit({
  databaseUrl: true,
  migratorUrl: true,
  databaseCaFile: true,
  databaseProtectedBy: true,
});

/** The settings of any service: those of the database are there when it has one. */
export type AnyServiceConfig = z.output<typeof statelessConfig> &
  FiledSettings &
  Partial<Pick<ServiceConfig, 'databaseUrl' | 'migratorUrl' | 'databaseProtectedBy'>>;

/** The environment variable that holds a setting: `databaseUrl` stands in `RECAPITO_DATABASE_URL`. */
export function variableOf(setting: string): string {
  return `RECAPITO_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** What the environment said: the settings, or every fault in one text that names variables and never their values. */
export type ConfigReading<Config> = { readonly config: Config & FiledSettings } | { readonly faults: string };

/**
 * Reads settings from an environment without touching the process. An empty variable counts as left out. A value may stand
 * in a file instead, named by the variable with `_FILE` after it: what is secret stands in no environment of production.
 * @rule CONFIG-FILE
 */
export function parseConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigReading<z.output<z.ZodObject<Shape>>> {
  const faults = new Map<string, string>();
  const files: Record<string, string> = {};
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((setting, _, settings) => [
      setting,
      valueOf(setting, { settings, environment, faults, files }),
    ]),
  );
  for (const [setting, words] of halfGiven(given))
    if (!faults.has(setting)) faults.set(setting, `  ${variableOf(setting)}: ${words}`);
  const reading = schema.safeParse(withDatabaseAuthorities(given));
  if (reading.success && faults.size === 0)
    return { config: { ...reading.data, settingFiles: new SettingFiles(files) } };
  for (const { path, message } of reading.error?.issues ?? []) {
    const setting = String(path[0]);
    const words = given[setting] === undefined ? 'is required and was left out' : message;
    if (!faults.has(setting)) faults.set(setting, `  ${variableOf(setting)}: ${words}`);
  }
  const count = faults.size === 1 ? '1 fault' : `${faults.size} faults`;
  return { faults: `The configuration has ${count}:\n${[...faults.values()].join('\n')}\n` };
}

interface Given {
  readonly settings: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By setting; faults of files are added. */
  readonly faults: Map<string, string>;
  /** By setting, those whose value stood in one; they are added. */
  readonly files: Record<string, string>;
}

function valueOf(setting: string, { settings, environment, faults, files }: Given): string | undefined {
  const variable = variableOf(setting);
  const value = environment[variable] || undefined;
  const isProduction = environment['RECAPITO_MODE'] === 'production';
  const secret = settingsInFilesOnly.has(setting) || (isProduction && value !== undefined && holdsPassword(value));
  if (value !== undefined && secret) {
    faults.set(setting, `  ${variable}: stands in a file alone, named by ${variable}_FILE`);
    return undefined;
  }
  // A setting of that very name is no file of another one's value.
  const file = settings.includes(`${setting}File`) ? undefined : environment[`${variable}_FILE`] || undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    faults.set(setting, `  ${variable}: stands in ${variable}_FILE too; one of them has to go`);
    return value;
  }
  try {
    const content = readFileSync(file, 'utf8').trim();
    const isSecret = settingsInFilesOnly.has(setting) || (isProduction && holdsPassword(content));
    if (isSecret && (statSync(file).mode & 0o077) !== 0) {
      faults.set(setting, `  ${variable}_FILE: ${file} may be read by its owner alone`);
      return undefined;
    }
    files[setting] = file;
    return content || undefined;
  } catch (error) {
    faults.set(setting, `  ${variable}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
    return undefined;
  }
}

/**
 * Reads a service's settings from its environment. Faults go to standard error, all of them at once, and end the
 * process with exit code 2: nothing has been started yet.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> & FiledSettings {
  const reading = parseConfig(schema, environment);
  if ('config' in reading) return reading.config;
  process.stderr.write(reading.faults);
  process.exit(2);
}
