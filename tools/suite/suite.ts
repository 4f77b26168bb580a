import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@recapito/primitives';
import {
  type AppDatabase,
  createAppDatabase,
  dovecot,
  type Exit,
  root,
  type RunFolder,
  serverNames,
  type Servers,
  type ServersWanted,
  startServers,
} from '../servers/index.ts';
import { type Form, Supervisor } from '../supervisor/index.ts';
import { definitions, type ServiceName, services } from './definitions.ts';
import { setFirstClock } from './first-clock.ts';
import { prepareProviders, prepareStore } from './preparations.ts';
import type { Ports } from './ports.ts';

export interface SuiteWanted {
  readonly folder: RunFolder;
  readonly ports: Ports;
  /** False for specs: servers that may lose data in a power cut. True when absent. */
  readonly durable?: boolean;
  /** Addresses of servers that are not started but used; the environment of this process when absent. */
  readonly given?: ServersWanted['given'];
  /** Settings beside those that every run has, for all services: cheaper hashes, say. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the suite clock shows first: no service is ready before it shows an instant. */
  readonly clock: Instant;
  /** Sources are for whoever changes them meanwhile; built when absent. */
  readonly form?: Form;
  /** Told of every death that nobody asked for. */
  readonly died?: (name: string, exit: Exit) => void;
  /** Told of what is being done. */
  readonly says?: (words: string) => void;
  readonly abort?: AbortSignal;
}

/** The whole suite: servers, mail store, services, under one roof. */
export interface Suite {
  readonly servers: Servers;
  readonly supervisor: Supervisor;
  /** Base address of each service. */
  readonly urls: Readonly<Record<string, string>>;
  readonly mail: { readonly host: string; readonly port: number };
  /** Where mail clients send: the access point's door with TLS from the first byte. */
  readonly smtps: { readonly host: string; readonly port: number };
  /** The folder of development secrets, and that of captured messages. */
  readonly secrets: string;
  readonly captured: string;
  readonly operatorToken: string;
  /** What a writer beside the services needs to reach the broker. */
  readonly brokers: readonly string[];
  stop(): Promise<void>;
}

/** Starts everything for one rehearsal with empty databases. Starts all or nothing. */
export async function startSuite(wanted: SuiteWanted): Promise<Suite> {
  const { folder, ports, durable = true, given, died, abort, says = () => undefined } = wanted;
  const secrets = join(root, '.recapito', 'secrets');
  says('PostgreSQL, Kafka, Redis, certificates');
  const prepared = Promise.all([prepareStore(folder.path, ports), prepareProviders(secrets)]);
  // When servers fail to start, that is what is told.
  prepared.catch(() => undefined);
  const servers = await startServers({
    folder,
    want: serverNames,
    durable,
    ...(given && { given }),
    ...(died && { died }),
    ...(abort && { abort }),
  });
  try {
    says('databases, mail store');
    const brokers = (servers.environment['RECAPITO_KAFKA_BROKERS'] ?? '').split(',');
    const [store] = await prepared;
    await servers.start(dovecot({ configuration: store.configuration, port: ports.lmtp }));
    const [databases] = await Promise.all([createDatabases(servers), setFirstClock(brokers, wanted.clock)]);
    says('the services');
    const shared = { ...servers.environment, ...wanted.environment };
    const supervisor = await Supervisor.start({
      folder,
      readyWithinMs: 90_000,
      services: definitions({
        folder: folder.path,
        ports,
        secrets,
        shared,
        databases,
        store: store.folder,
        ...(wanted.form && { form: wanted.form }),
      }),
      ...(died && { died }),
      ...(abort && { abort }),
    });
    return {
      servers,
      supervisor,
      urls: Object.fromEntries(services.map((name) => [name, `http://127.0.0.1:${ports[name]}`])),
      mail: { host: '127.0.0.1', port: ports.imaps },
      smtps: { host: '127.0.0.1', port: ports.smtps },
      secrets,
      captured: join(folder.path, 'services', 'notification', 'captured'),
      operatorToken: readFileSync(join(secrets, 'operator.token'), 'utf8').trim(),
      brokers,
      stop: async () => {
        await supervisor.stop();
        await servers.stop();
      },
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

async function createDatabases(servers: Servers): Promise<Map<ServiceName, AppDatabase>> {
  const cluster = servers.environment['RECAPITO_POSTGRES_URL'];
  if (cluster === undefined) throw new Error('PostgreSQL has no address');
  return new Map(
    await Promise.all(services.map(async (app) => [app, await createAppDatabase(cluster, { app })] as const)),
  );
}
