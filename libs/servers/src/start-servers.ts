import { networkInterfaces } from 'node:os';
import type { Exit } from './child.ts';
import { containers } from './containers.ts';
import { containerEngine, removeLeftContainers } from './engine.ts';
import { freePort } from './free-port.ts';
import { infraAskedFor } from './infra.ts';
import type { Infra } from './infra.ts';
import { kafka } from './kafka.ts';
import { brokersVariable, credentialsVariable } from './kafka-users.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { emptyRun } from './remove-run.ts';
import { RunFolder } from './run-record.ts';
import type { Running } from './running.ts';
import { RunningServer, type Surroundings } from './running-server.ts';
import type { Placement, Server } from './server.ts';

const embedded = { postgres, kafka, redis };

/** The servers that the suite needs of whoever runs it. */
export type ServerName = keyof typeof embedded;

/** The variable by which each is reached. One that stands in the environment already wins over starting a server. */
const addressOf: Readonly<Record<ServerName, string>> = {
  postgres: 'RECAPITO_POSTGRES_URL',
  kafka: brokersVariable,
  redis: 'RECAPITO_REDIS_URL',
};

export const serverNames: readonly ServerName[] = ['postgres', 'kafka', 'redis'];

export interface ServersWanted {
  /**
   * Where data, logs and the record of the children go; when a living run has it, the next free `folder-N` is taken.
   * A folder that was claimed already stays its claimer's, who releases it after the servers have stopped.
   */
  readonly folder: string | RunFolder;
  readonly want: readonly ServerName[];
  /** False for specs: a power cut may then cost data, the death of processes still costs none. True when absent. */
  readonly durable?: boolean;
  /** A folder of `npm run certificates`: servers that are started speak TLS, as `localhost`. In the clear when absent. */
  readonly certificates?: string | undefined;
  /** Begins with empty servers though an earlier run has left data in the folder. False when absent. */
  readonly fresh?: boolean;
  /** Where servers run that are started; what RECAPITO_INFRA says when absent, and as our children when that is empty. */
  readonly infra?: Infra;
  /** Addresses that are given rather than started; the environment of this process when absent. */
  readonly given?: Readonly<Record<string, string | undefined>>;
  /** Told when a server ends that nobody asked to. */
  readonly died?: (server: string, exit: Exit) => void;
  /** Gives up a start under way: what was started is stopped and the start rejects. */
  readonly abort?: AbortSignal;
}

/** The servers of one run. */
export class Servers {
  readonly folder: string;
  readonly #run: RunFolder;
  readonly #given: Readonly<Record<string, string>>;
  readonly #surroundings: Surroundings;
  readonly #claimedHere: boolean;
  readonly #running = new Map<string, Running>();

  constructor(run: RunFolder, given: Readonly<Record<string, string>>, wanted: ServersWanted) {
    this.folder = run.path;
    this.#run = run;
    this.#given = given;
    this.#surroundings = { folder: run, died: (server, exit) => wanted.died?.(server, exit), abort: wanted.abort };
    this.#claimedHere = run !== wanted.folder;
  }

  /** What services and specs need in their environment to reach them. */
  get environment(): Record<string, string> {
    const started = [...this.#running.values()].map(({ environment }) => environment);
    return Object.assign({}, this.#given, ...started) as Record<string, string>;
  }

  /** Pids by name of the servers that are our children. */
  get pids(): Record<string, number> {
    const pids: Record<string, number> = {};
    for (const { name, pid } of this.#running.values()) if (pid !== undefined) pids[name] = pid;
    return pids;
  }

  /** Starts one more server under the same record; it is stopped before those that were there already. */
  async start(server: Server): Promise<void> {
    await this.add((surroundings) => RunningServer.start(server, surroundings));
  }

  /** Adds what a start has made; it is stopped before those that were there already. */
  async add(start: (surroundings: Surroundings) => Promise<Running>): Promise<void> {
    const running = await start(this.#surroundings);
    this.#running.set(running.name, running);
  }

  /** Stops the server, if it runs, and starts it again: same port, same data, empty where that is gone. */
  async restart(name: string): Promise<void> {
    await this.#find(name).restart();
  }

  /** Ends the server by a signal and says how it ended. It stays down until `restart`. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    return this.#find(name).kill(signal);
  }

  /** Stops all, the last started first. May be called again. */
  async stop(): Promise<void> {
    for (const running of [...this.#running.values()].toReversed()) await running.stop();
    this.#running.clear();
    if (this.#claimedHere) await this.#run.release();
  }

  #find(name: string): Running {
    const found = this.#running.get(name);
    if (!found) throw new Error(`${name} is not one of the servers that this run has started`);
    return found;
  }
}

/**
 * Looks whether servers can be started as RECAPITO_INFRA says, for whoever wants to know before anything is laid down.
 * @throws InfraRefused
 */
export async function checkInfra(): Promise<void> {
  const given = serverNames.every((name) => process.env[addressOf[name]]);
  if (!given && infraAskedFor() === 'containers') await containerEngine();
}

/** Starts what is wanted and not given, all at once; resolves when every one answers. Starts all or none. */
export async function startServers(wanted: ServersWanted): Promise<Servers> {
  const surroundings = wanted.given ?? process.env;
  const given: Record<string, string> = {};
  const toStart: ServerName[] = [];
  for (const name of wanted.want) {
    const address = surroundings[addressOf[name]];
    if (address) given[addressOf[name]] = address;
    else toStart.push(name);
  }
  // Passwords of brokers that are given come with their addresses; those of others would open nothing.
  const credentials = surroundings[credentialsVariable];
  if (given[brokersVariable] && credentials) given[credentialsVariable] = credentials;
  const start = toStart.length > 0 ? await starterOf(wanted.infra ?? infraAskedFor()) : startEmbedded;
  const run = typeof wanted.folder === 'string' ? await RunFolder.claim(wanted.folder) : wanted.folder;
  if (wanted.fresh) await emptyRun(run.path);
  const servers = new Servers(run, given, wanted);
  const { durable = true, certificates } = wanted;
  const place = { folder: run.path, durable, certificates };
  const outcomes = await Promise.allSettled(
    toStart.map((name) => onFreePort((port) => start(servers, name, { ...place, port }))),
  );
  const failures = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map((outcome) => outcome.reason as Error);
  if (failures.length > 0) {
    await servers.stop();
    throw new AggregateError(failures, failures.map((failure) => failure.message).join('\n'));
  }
  return servers;
}

type Start = (servers: Servers, name: ServerName, place: Placement) => Promise<void>;

/** Looked at before anything is laid down: where no engine answers, nothing is left. */
async function starterOf(infra: Infra): Promise<Start> {
  return infra === 'containers' ? startContained() : startEmbedded;
}

async function startEmbedded(servers: Servers, name: ServerName, place: Placement): Promise<void> {
  await servers.start(await embedded[name](place));
}

async function startContained(): Promise<Start> {
  const engine = await containerEngine();
  await removeLeftContainers(engine);
  const { RunningContainer } = await import('./running-container.ts');
  const { host } = engine.info.containerRuntime;
  // What an engine of this machine runs is for this machine alone.
  const here = host === 'localhost' || isOurs(host);
  const address = here ? '127.0.0.1' : '0.0.0.0';
  return async (servers, name, place) => {
    const server = await containers[name]({ ...place, host: here ? address : host });
    await servers.add((surroundings) => RunningContainer.start(server, surroundings, { engine, address }));
  };
}

/** Whether an address is one of this machine's: inside a container an engine is looked for outside, where it may not be. */
function isOurs(host: string): boolean {
  const faces = Object.values(networkInterfaces()).flat();
  return faces.some((face) => face?.address === host);
}

/** Between finding a free port and listening on it somebody else may take it: then another port, three times in all. */
async function onFreePort(start: (port: number) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof Error && /address already in use|port is already allocated/i.test(error.message);
      if (!taken || attempt === 3) throw error;
    }
  }
}
