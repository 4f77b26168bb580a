import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suiteClockKey, suiteClockSet } from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { topics } from '@recapito/contracts';
import { DirectPublisher, prepareBroker } from '@recapito/messaging';
import { KeyRing, serviceLogger, ServiceTokens } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { Pool } from 'pg';
import { root } from '@recapito/servers';
import type { AppDatabase } from '@recapito/servers';
import { definitions, services } from '../tools/suite/definitions.ts';
import type { ServiceName } from '../tools/suite/definitions.ts';
import { choosePorts } from '../tools/suite/ports.ts';
import type { Ports } from '../tools/suite/ports.ts';
import { Supervisor } from '../tools/supervisor/index.ts';
import type { Ground } from './ground.ts';

/** Far from the ports of a suite that somebody runs here, and below those that the kernel gives to whoever calls out. */
const portBase = 14_000;

/** Where services of one benchmark stand: databases, ports and topics of their own, which outlive a restart. */
export class Stage {
  readonly ground: Ground;
  readonly ports: Ports;
  readonly namespace: string;
  readonly secrets = join(root, '.recapito', 'secrets');
  readonly #databases: Map<ServiceName, AppDatabase>;
  readonly #publishers = new Map<string, DirectPublisher>();
  #set = 0;

  private constructor(ground: Ground, ports: Ports, databases: Map<ServiceName, AppDatabase>) {
    this.ground = ground;
    this.ports = ports;
    this.#databases = databases;
    this.namespace = `${ground.unique('stage')}.`;
  }

  static async make(ground: Ground): Promise<Stage> {
    const databases = new Map<ServiceName, AppDatabase>();
    for (const name of services) databases.set(name, await ground.database(name));
    const stage = new Stage(ground, await choosePorts(portBase), databases);
    await prepareBroker(ground.brokers, { namespace: stage.namespace, mode: 'rehearsal' });
    ground.atEnd(async () => {
      for (const publisher of stage.#publishers.values()) await publisher.close();
    });
    return stage;
  }

  /** Starts some of the services, with the settings that they have in production unless told otherwise. */
  async start({
    names,
    abort,
    store = '',
    environment = {},
  }: {
    readonly names: readonly ServiceName[];
    readonly abort: AbortSignal;
    readonly store?: string;
    readonly environment?: Readonly<Record<string, string>>;
  }): Promise<Supervisor> {
    const { ground, ports, secrets, namespace } = this;
    const databases = this.#databases;
    const shared = { ...ground.servers.environment, RECAPITO_NAMESPACE: namespace, ...environment };
    const all = definitions({ folder: ground.run.path, ports, secrets, shared, databases, store });
    return Supervisor.start({
      folder: ground.run,
      readyWithinMs: 300_000,
      services: all.filter(({ name }) => names.some((wanted) => wanted === name)),
      abort,
    });
  }

  url(name: ServiceName): string {
    return `http://127.0.0.1:${this.ports[name]}`;
  }

  /** Where those look who run it. */
  management(name: ServiceName): string {
    return `http://127.0.0.1:${this.ports[`${name}-management`]}`;
  }

  /** Where mail clients log in. */
  get mail(): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: this.ports.imaps };
  }

  /** From its next start on the service has an empty database. */
  async renewDatabase(name: ServiceName): Promise<void> {
    this.#databases.set(name, await this.ground.database(name));
  }

  /** A service's database in its runtime role. */
  databaseUrl(name: ServiceName): string {
    const database = this.#databases.get(name);
    if (database === undefined) throw new Error(`${name} has no database on this stage`);
    return database.url;
  }

  /** One connection to a service's database in the role of the cluster, which may do anything. Whoever asks ends it. */
  administrator(name: ServiceName): Pool {
    const database = this.#databases.get(name);
    if (database === undefined) throw new Error(`${name} has no database on this stage`);
    const address = new URL(this.ground.cluster);
    address.pathname = `/${database.name}`;
    return new Pool({ connectionString: address.href, max: 1 });
  }

  /** Moves the suite clock, as the driver of a rehearsal does. */
  async setClock(at: Instant): Promise<void> {
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    const fact = { key: suiteClockKey, sequence: (this.#set += 1), time: at, data };
    await this.#as('rehearsal').publish(suiteClockSet, fact);
  }

  /** Says a fact as the service that writes its topic. */
  async say<Data>(definition: EventDefinition<Data>, key: string, time: Instant, data: Data): Promise<void> {
    await this.#as(topics[definition.topic].writer).publish(definition, { key, sequence: 1, time, data });
  }

  /** A token by which one service proves itself to another. */
  async token(service: string, audience: ServiceName): Promise<string> {
    return new ServiceTokens(service, new KeyRing(this.secrets, service)).issue(audience);
  }

  get operatorToken(): string {
    return readFileSync(join(this.secrets, 'operator.token'), 'utf8').trim();
  }

  #as(service: string): DirectPublisher {
    const known = this.#publishers.get(service);
    if (known !== undefined) return known;
    const logger = serviceLogger(service, 'silent');
    const { namespace, ground } = this;
    const publisher = new DirectPublisher({ service, brokers: ground.brokers, namespace, logger });
    this.#publishers.set(service, publisher);
    return publisher;
  }
}
