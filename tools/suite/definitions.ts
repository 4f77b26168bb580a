import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppDatabase, brokerSettingsOf, credentialsVariable, root } from '@recapito/servers';
import { type Form, programOf, type ServiceDefinition } from '../supervisor/index.ts';
import type { Ports } from './ports.ts';

/** The services of the suite. None waits for another to start: who finds the other away tries again. */
export const services = ['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'audit-log'] as const;

export type ServiceName = (typeof services)[number];

export interface Surroundings {
  /** The run's folder. */
  readonly folder: string;
  readonly ports: Ports;
  readonly secrets: string;
  /** Addresses of servers, and settings for all. */
  readonly shared: Readonly<Record<string, string>>;
  readonly databases: ReadonlyMap<ServiceName, AppDatabase>;
  readonly store: string;
  /** Built when absent. */
  readonly form?: Form;
}

/** How each service is started: the one place that knows every environment. */
export function definitions(surroundings: Surroundings): ServiceDefinition[] {
  return services.map((name) => ({
    name,
    entry: programOf(name, 'main.ts', surroundings.form),
    port: surroundings.ports[name],
    management: surroundings.ports[`${name}-management`],
    environment: {
      ...commonTo(name, surroundings),
      ...databaseOf(name, surroundings),
      ...own(name, surroundings),
    },
    after: [],
  }));
}

/** How the console is started. It owns no database, and follows the driver of a rehearsal at its door. */
export function consoleDefinition(surroundings: Surroundings): ServiceDefinition {
  const { ports, form } = surroundings;
  const watched = services.map((name) => `${name}=http://127.0.0.1:${ports[`${name}-management`]}`);
  const asked = services.map((name) => `${name}=http://127.0.0.1:${ports[name]}`);
  return {
    name: 'console',
    entry: programOf('console', 'main.ts', form),
    port: ports.console,
    management: ports['console-management'],
    environment: {
      ...commonTo('console', surroundings),
      RECAPITO_WEB: join(root, 'apps', 'console', 'web', 'dist'),
      RECAPITO_WATCHED: watched.join(','),
      RECAPITO_SERVICES: asked.join(','),
      RECAPITO_CONSOLE_URL: consoleUrlOf(ports),
      RECAPITO_REHEARSAL_URL: `http://127.0.0.1:${ports.rehearsal}`,
    },
    after: [],
  };
}

/** Where people reach the console: identity sends them back there. */
function consoleUrlOf(ports: Ports): string {
  return `http://localhost:${ports.console}`;
}

function commonTo(
  name: ServiceName | 'console',
  { folder, ports, secrets, shared }: Surroundings,
): Record<string, string> {
  // The folder of everybody's passwords at the broker, and the address of PostgreSQL's administrator, are nobody's to know.
  const { [credentialsVariable]: _, RECAPITO_POSTGRES_URL: __, ...others } = shared;
  const own = join(folder, 'services', name);
  mkdirSync(own, { recursive: true });
  return {
    RECAPITO_PROGRAMMES: join(root, 'programmes'),
    ...others,
    ...brokerSettingsOf(name, shared),
    RECAPITO_MODE: 'rehearsal',
    // The driver, on this machine, says from where each of its citizens comes.
    RECAPITO_TRUSTED_PROXIES: '127.0.0.1',
    RECAPITO_PORT: String(ports[name]),
    RECAPITO_MANAGEMENT_PORT: String(ports[`${name}-management`]),
    RECAPITO_FOLDER: own,
    RECAPITO_SECRETS: secrets,
    RECAPITO_OIDC_ISSUER: `http://localhost:${ports.identity}/oidc`,
    RECAPITO_OIDC_KEYS_URL: `http://127.0.0.1:${ports.identity}/oidc/jwks`,
    UV_THREADPOOL_SIZE: '8',
  };
}

/** Where a service finds its database, in files beside the services' own folders, which backups copy. */
function databaseOf(name: ServiceName, { folder, databases }: Surroundings): Record<string, string> {
  const database = databases.get(name);
  if (database === undefined) throw new Error(`${name} has no database`);
  const addresses = join(folder, 'addresses');
  mkdirSync(addresses, { recursive: true, mode: 0o700 });
  return {
    ...inFile('RECAPITO_DATABASE_URL', join(addresses, `${name}.database.url`), database.url),
    ...inFile('RECAPITO_MIGRATOR_URL', join(addresses, `${name}.migrator.url`), database.migratorUrl),
  };
}

/** A setting in a file of its owner's alone: other programs read environments. */
function inFile(variable: string, file: string, value: string): Record<string, string> {
  writeFileSync(file, value, { mode: 0o600 });
  return { [`${variable}_FILE`]: file };
}

function own(name: ServiceName, { ports, store }: Surroundings): Record<string, string> {
  const url = (door: ServiceName) => `http://127.0.0.1:${ports[door]}`;
  switch (name) {
    case 'mailbox':
      return {
        RECAPITO_IDENTITY_URL: url('identity'),
        RECAPITO_STORE: store,
        RECAPITO_DOVEADM_URL: `http://127.0.0.1:${ports.doveadm}`,
      };
    case 'certified-mail':
      return {
        RECAPITO_IDENTITY_URL: url('identity'),
        RECAPITO_LMTP_PORT: String(ports.lmtp),
        RECAPITO_SMTP_PORT: String(ports.smtp),
        RECAPITO_SMTPS_PORT: String(ports.smtps),
        RECAPITO_SUBMISSION_PORT: String(ports.submission),
      };
    case 'notification':
      return { RECAPITO_IDENTITY_URL: url('identity'), RECAPITO_CERTIFIED_MAIL_URL: url('certified-mail') };
    case 'identity':
      return { RECAPITO_CONSOLE_URL: consoleUrlOf(ports) };
    case 'migration':
    case 'audit-log':
      return {};
  }
}
