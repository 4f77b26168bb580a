import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Brokers, prepareBroker } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import {
  type AppDatabase,
  brokersAs,
  createAppDatabase,
  dovecot,
  ensureAppDatabase,
  type Exit,
  root,
  type RunFolder,
  serverNames,
  type Servers,
  type ServersWanted,
  startServers,
} from '@recapito/servers';
import { type Form, type ServiceDefinition, Supervisor } from '../supervisor/index.ts';
import { consoleDefinition, definitions, type ServiceName, services } from './definitions.ts';
import { setFirstClock } from './first-clock.ts';
import { prepareProviders, prepareStore } from './preparations.ts';
import { restoredFrom } from './restored-run.ts';
import type { Restored } from './restored-run.ts';
import type { Ports } from './ports.ts';

/** The parts of a start, in this order: servers and certificates, databases and mail store, services. */
export type StartPart = 'servers' | 'databases' | 'services';

export interface SuiteWanted {
  readonly folder: RunFolder;
  readonly ports: Ports;
  /** False for specs: servers that may lose data in a power cut. True when absent. */
  readonly durable?: boolean;
  /** Addresses of servers that are not started but used; the environment of this process when absent. */
  readonly given?: ServersWanted['given'];
  /** Settings beside those that every run has, for all services: cheaper hashes, say. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the suite clock shows first: no service is ready before it shows an instant. In a run that goes on it stays. */
  readonly clock: Instant;
  /** Goes on with the databases, topics and boxes that lie in the folder. False when absent: all begins empty. */
  readonly continues?: boolean;
  /** Sources are for whoever changes them meanwhile; built when absent. */
  readonly form?: Form;
  /** Starts the console beside the services. False when absent: it takes part in nothing. */
  readonly console?: boolean;
  /** How services are run where otherwise than once each behind its usual port: told how each would be, answers what runs. */
  readonly arrange?: (services: readonly ServiceDefinition[]) => Promise<readonly ServiceDefinition[]>;
  /** Told of every death that nobody asked for. */
  readonly died?: (name: string, exit: Exit) => void;
  /** Told of what is being done. */
  /** Told which part of the start begins. */
  readonly begins?: (part: StartPart) => void;
  readonly abort?: AbortSignal;
}

/** The whole suite: servers, mail store, services, under one roof. */
export interface Suite {
  readonly servers: Servers;
  readonly supervisor: Supervisor;
  /** Base address of each service. */
  readonly urls: Readonly<Record<string, string>>;
  /** Where those look who run each service: figures, health, contract. */
  readonly management: Readonly<Record<string, string>>;
  readonly mail: { readonly host: string; readonly port: number };
  /** Where mail clients send: the access point's door with TLS from the first byte. */
  readonly smtps: { readonly host: string; readonly port: number };
  /** The incoming point: where other providers deliver. */
  readonly smtp: { readonly host: string; readonly port: number };
  /** The folder of development secrets, and that of captured messages. */
  readonly secrets: string;
  readonly captured: string;
  readonly operatorToken: string;
  /** The broker as the driver of the rehearsal reaches it. */
  readonly brokers: Brokers;
  /** What the run was made from; null unless it was restored. */
  readonly restored: Restored | null;
  stop(): Promise<void>;
}

/**
 * Starts everything for one rehearsal, with empty databases unless it goes on with those of an earlier run. Starts all or
 * nothing.
 */
export async function startSuite(wanted: SuiteWanted): Promise<Suite> {
  const { folder, ports, durable = true, given, died, abort, continues = false, begins = () => undefined } = wanted;
  const restored = continues ? restoredFrom(folder.path) : null;
  const secrets = join(root, '.recapito', 'secrets');
  begins('servers');
  const prepared = Promise.all([prepareStore(folder.path, ports, continues), prepareProviders(secrets)]);
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
    begins('databases');
    const brokers = brokersAs('rehearsal', servers.environment);
    const [store] = await prepared;
    await servers.start(dovecot({ configuration: store.configuration, port: ports.lmtp }));
    const [databases] = await Promise.all([
      openDatabases(servers, continues),
      // Also of a run that goes on: a later release may have other topics and rules.
      prepareBroker(brokersAs('preparations', servers.environment), { mode: 'rehearsal' }),
    ]);
    if (!continues) await setFirstClock(brokers, wanted.clock);
    begins('services');
    // Whoever restored the run has decided that its services go on.
    const decided: Record<string, string> = restored !== null ? { RECAPITO_GO_ON_AFTER_RESTORE: 'true' } : {};
    const shared = { ...servers.environment, ...decided, ...wanted.environment };
    const surroundings = {
      folder: folder.path,
      ports,
      secrets,
      shared,
      databases,
      store: store.folder,
      ...(wanted.form && { form: wanted.form }),
    };
    const defined = [
      ...definitions(surroundings),
      ...(wanted.console === true ? [consoleDefinition(surroundings)] : []),
    ];
    const supervisor = await Supervisor.start({
      folder,
      readyWithinMs: 90_000,
      services: (await wanted.arrange?.(defined)) ?? defined,
      ...(died && { died }),
      ...(abort && { abort }),
    });
    return {
      servers,
      supervisor,
      urls: Object.fromEntries(services.map((name) => [name, `http://127.0.0.1:${ports[name]}`])),
      management: Object.fromEntries(services.map((name) => [name, `http://127.0.0.1:${ports[`${name}-management`]}`])),
      mail: { host: '127.0.0.1', port: ports.imaps },
      smtps: { host: '127.0.0.1', port: ports.smtps },
      smtp: { host: '127.0.0.1', port: ports.smtp },
      secrets,
      captured: join(folder.path, 'services', 'notification', 'captured'),
      operatorToken: readFileSync(join(secrets, 'operator.token'), 'utf8').trim(),
      brokers,
      restored,
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

async function openDatabases(servers: Servers, continues: boolean): Promise<Map<ServiceName, AppDatabase>> {
  const cluster = servers.environment['RECAPITO_POSTGRES_URL'];
  if (cluster === undefined) throw new Error('PostgreSQL has no address');
  const open = (app: ServiceName) =>
    continues ? ensureAppDatabase(cluster, app) : createAppDatabase(cluster, { app });
  return new Map(await Promise.all(services.map(async (app) => [app, await open(app)] as const)));
}
