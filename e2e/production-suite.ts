import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prepareBroker } from '@recapito/messaging';
import { addOperator, makeInnerCertificates } from '@recapito/installation';
import {
  account,
  brokersAs,
  createAppDatabase,
  dovecot,
  isRoot,
  makePlace,
  placeFor,
  removeRun,
  root,
  RunFolder,
  serverNames,
  startServers,
} from '@recapito/servers';
import type { AppDatabase, Servers } from '@recapito/servers';
import { definitions, services } from '../tools/suite/definitions.ts';
import type { ServiceName } from '../tools/suite/definitions.ts';
import { choosePorts } from '../tools/suite/ports.ts';
import type { Ports } from '../tools/suite/ports.ts';
import { appProgram } from '../tools/suite/preparations.ts';
import { Supervisor } from '../tools/supervisor/index.ts';
import type { ServiceDefinition } from '../tools/supervisor/index.ts';

const run = promisify(execFile);

/** Far from the ports of other suites of this machine, and below those that the kernel gives to whoever calls out. */
const portBase = 31_000;

/** What an installation of a spec needs of others: a time source, and a clamd. */
export interface Neighbours {
  readonly timeSource: string;
  readonly clamdPort: number;
}

/**
 * The whole suite in production: TLS on every way, SASL at the broker, keys of each service apart, the clock of the system,
 * and a programme of test data with an open service and without texts.
 */
export class ProductionSuite {
  readonly folder: string;
  readonly ports: Ports;
  /** The authorities of the inner certificates, and of the access point's, PEM. */
  readonly innerAuthority: string;
  readonly providersAuthority: string;
  /** One person’s at identity, another one’s at mailbox. */
  readonly operators: { readonly identity: string; readonly mailbox: string };
  readonly definitions: readonly ServiceDefinition[];
  readonly #run: RunFolder;
  readonly #servers: Servers;
  #supervisor: Supervisor | undefined;

  private constructor(made: Made) {
    this.folder = made.run.path;
    this.ports = made.ports;
    this.innerAuthority = readFileSync(join(made.certificates, 'ca.pem'), 'utf8');
    this.providersAuthority = readFileSync(join(made.secrets, 'certified-mail', 'providers', 'authority.pem'), 'utf8');
    this.operators = made.operators;
    this.definitions = made.definitions;
    this.#run = made.run;
    this.#servers = made.servers;
  }

  /** Servers, secrets, databases, mail store: everything but the services. */
  static async prepare(neighbours: Neighbours): Promise<ProductionSuite> {
    const place = await mkdtemp(join(tmpdir(), 'recapito-production-'));
    chmodSync(place, 0o755);
    const runFolder = await RunFolder.claim(place);
    const certificates = join(place, 'certificates');
    await makeInnerCertificates({ folder: certificates, now: new Date() });
    const [ports, servers, secrets] = await Promise.all([
      choosePorts(portBase),
      startServers({ folder: runFolder, want: serverNames, durable: false, given: {}, certificates }),
      makeSecrets(place),
    ]);
    try {
      const store = await startStore(servers, { place, ports, certificates });
      const databases = await makeDatabases(servers);
      await prepareBroker(brokersAs('preparations', servers.environment), { mode: 'production' });
      const operators = {
        identity: addOperator(join(secrets, 'identity'), 'maria.bianchi', undefined),
        mailbox: addOperator(join(secrets, 'mailbox'), 'carlo.neri', undefined),
      };
      const programmes = programmesIn(place);
      const shared = { ...servers.environment, RECAPITO_PROGRAMMES: programmes };
      const rehearsal = definitions({ folder: place, ports, secrets, shared, databases, store });
      const inProduction = rehearsal.map((each) =>
        produced(each, { ports, secrets, certificates, servers, neighbours }),
      );
      return new ProductionSuite({
        run: runFolder,
        ports,
        certificates,
        secrets,
        operators,
        servers,
        definitions: inProduction,
      });
    } catch (error) {
      await servers.stop();
      await removeRun(place);
      throw error;
    }
  }

  /** Starts the services; resolves when all are ready. */
  async start(): Promise<void> {
    this.#supervisor = await Supervisor.start({
      folder: this.#run,
      readyWithinMs: 90_000,
      services: this.definitions,
    });
  }

  /** The address of PostgreSQL in the role that sees every session. */
  get cluster(): string {
    return this.#servers.environment['RECAPITO_POSTGRES_URL'] ?? '';
  }

  async remove(): Promise<void> {
    await this.#supervisor?.stop();
    await this.#servers.stop();
    await removeRun(this.folder);
  }
}

interface Made {
  readonly run: RunFolder;
  readonly ports: Ports;
  readonly certificates: string;
  readonly secrets: string;
  readonly operators: ProductionSuite['operators'];
  readonly servers: Servers;
  readonly definitions: readonly ServiceDefinition[];
}

/** A folder for each service with its own keys, as in containers, and the providers' certificates for certified-mail. */
async function makeSecrets(place: string): Promise<string> {
  const secrets = join(place, 'secrets');
  mkdirSync(secrets, { mode: 0o700 });
  const hooks = join(root, 'tools', 'typescript-hooks.mjs');
  const program = [hooks, join(root, 'tools', 'containers', 'make-secrets.ts')];
  const words = ['--out', secrets, '--mode', 'production', '--owner', userInfo().username];
  await run(process.execPath, ['--conditions=@recapito/source', '--import', ...program, ...words]);
  const out = ['--out', join(secrets, 'certified-mail', 'providers')];
  const providers = ['--providers', join(root, 'programmes', 'providers')];
  await appProgram('certified-mail', 'development-authority/main.ts', [...out, ...providers]);
  // Elsewhere from now on, as those of a real authority are.
  for (const key of ['authority.key', 'index-keeper.key']) rmSync(join(secrets, 'certified-mail', 'providers', key));
  return secrets;
}

/** The programmes that ship, with the service of citizens open today and nothing to tell people. */
function programmesIn(place: string): string {
  const programmes = join(place, 'programmes');
  cpSync(join(root, 'programmes'), programmes, { recursive: true, filter: (path) => !path.endsWith('/texts') });
  const file = join(programmes, 'services', 'cec-pac.json');
  const calendar = JSON.parse(readFileSync(file, 'utf8')) as { phases: { from: string }[] };
  // Its first phase lasts until long after this spec.
  for (const [nth, phase] of calendar.phases.entries()) if (nth > 0) phase.from = `${2190 + nth}-01-01`;
  writeFileSync(file, JSON.stringify(calendar));
  return programmes;
}

async function makeDatabases(servers: Servers): Promise<Map<ServiceName, AppDatabase>> {
  const cluster = servers.environment['RECAPITO_POSTGRES_URL'] ?? '';
  const made = services.map(async (app) => [app, await createAppDatabase(cluster, { app })] as const);
  return new Map(await Promise.all(made));
}

interface StorePlace {
  readonly place: string;
  readonly ports: Ports;
  readonly certificates: string;
}

/** Dovecot, which asks mailbox over TLS and is asked over TLS. */
async function startStore(servers: Servers, { place, ports, certificates }: StorePlace): Promise<string> {
  const runner = isRoot() ? account('mail') : undefined;
  const store = await placeFor(place, 'store', runner);
  await makePlace(place, 'store', store, 0o755);
  const doors = (['imaps', 'pop3s', 'lmtp', 'doveadm'] as const).flatMap((door) => [`--${door}`, String(ports[door])]);
  const [certificate, key, ca] = ['mail-store.pem', 'mail-store.key', 'ca.pem'].map((name) => join(certificates, name));
  const shown = ['--certificate', certificate, '--key', key, '--inner-certificate', certificate, '--inner-key', key];
  const words = ['--out', store, '--gate', `https://localhost:${ports.mailbox}`, ...doors, ...shown, '--inner-ca', ca];
  const configuration = await appProgram('mailbox', 'dovecot/write-configuration.ts', words as string[]);
  await servers.start(dovecot({ configuration, port: ports.lmtp, authoritiesFile: ca }));
  return store;
}

interface ProductionParts {
  readonly ports: Ports;
  readonly secrets: string;
  readonly certificates: string;
  readonly servers: Servers;
  readonly neighbours: Neighbours;
}

/** A service as a rehearsal starts it, with what production has in the place of it. */
function produced(definition: ServiceDefinition, parts: ProductionParts): ServiceDefinition {
  const { ports, secrets, certificates, servers, neighbours } = parts;
  const { name, environment } = definition;
  const ca = join(certificates, 'ca.pem');
  const { RECAPITO_REDIS_URL: redis = '', ...others } = environment;
  const addresses = Object.entries(others).map(([variable, value]) => [
    variable,
    value.replace(/^http:\/\/(127\.0\.0\.1|localhost):/, 'https://localhost:'),
  ]);
  for (const variable of ['RECAPITO_DATABASE_URL_FILE', 'RECAPITO_MIGRATOR_URL_FILE'])
    leaveTlsToSettings(environment[variable] ?? '');
  const redisFile = join(secrets, name, 'redis.url');
  writeFileSync(redisFile, redis, { mode: 0o600 });
  const own: Record<string, string> =
    name === 'audit-log'
      ? { RECAPITO_TRACE_ORIGIN: 'pec.example/trace' }
      : name === 'certified-mail'
        ? {
            RECAPITO_LMTP_HOST: 'localhost',
            RECAPITO_LMTP_CA_FILE: ca,
            RECAPITO_TIME_SOURCES: neighbours.timeSource,
            RECAPITO_CLAMD_PORT: String(neighbours.clamdPort),
          }
        : {};
  return {
    ...definition,
    port: ports[name as ServiceName],
    environment: {
      ...(Object.fromEntries(addresses) as Record<string, string>),
      RECAPITO_MODE: 'production',
      RECAPITO_SECRETS: join(secrets, name),
      RECAPITO_HTTP_CERTIFICATE_FILE: join(certificates, `${name}.pem`),
      RECAPITO_HTTP_KEY_FILE: join(certificates, `${name}.key`),
      RECAPITO_HTTP_CA_FILE: ca,
      RECAPITO_DATABASE_CA_FILE: ca,
      RECAPITO_REDIS_URL: '',
      RECAPITO_REDIS_URL_FILE: redisFile,
      RECAPITO_REDIS_CA_FILE: servers.environment['RECAPITO_REDIS_CA_FILE'] ?? '',
      ...own,
    },
  };
}

/** Takes out of an address what the authorities of the settings put there. */
function leaveTlsToSettings(file: string): void {
  const [address = ''] = readFileSync(file, 'utf8').split('?');
  writeFileSync(file, address);
}

/** Every file of the folders of secrets, by its owner, for a look at who has what. */
export function secretsOf(suite: ProductionSuite): Record<string, string[]> {
  const folder = join(suite.folder, 'secrets');
  return Object.fromEntries(services.map((name) => [name, readdirSync(join(folder, name)).sort()]));
}
