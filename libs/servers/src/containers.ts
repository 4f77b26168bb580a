// PostgreSQL, Kafka and Redis from their public images, set up as the embedded ones are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './installed.ts';
import { askGroupCoordinator, brokerSettings, clusterId, guardSettings } from './kafka.ts';
import {
  brokerItself,
  brokersAs,
  brokersVariable,
  credentialsVariable,
  makePasswords,
  passwordFile,
  users,
} from './kafka-users.ts';
import { askPostgres, keptPassword, settings as postgresSettings } from './postgres.ts';
import { ping, settings as redisSettings } from './redis.ts';

/** A server in a container: which image, how it is begun, and how it is asked whether it answers. */
export interface ContainerServer {
  readonly name: string;
  readonly image: string;
  /** The port inside, and the one on this side, which stays the same over restarts. */
  readonly innerPort: number;
  readonly port: number;
  /** What is run in the place of the image's own beginning. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** Files that are put into the container before it starts. */
  readonly files?: readonly ContainerFile[];
  readonly settings: Readonly<Record<string, string>>;
  /** What its clients need to reach it, by the names that the services and the specs read. */
  readonly environment: Readonly<Record<string, string>>;
  /** The polite request to stop, and how long it may take before it is killed. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopWithinMs: number;
  readonly readyWithinMs: number;
  /** Speaks its protocol once; throws as long as it does not answer. */
  probe(): Promise<void>;
}

/** A file of a container. */
export interface ContainerFile {
  readonly target: string;
  readonly content: string;
}

/** What every server in a container is made from. */
export interface ContainerPlace {
  /** The folder of the run. Data stay in the container and go with it. */
  readonly folder: string;
  /** Where the engine publishes ports: the loopback, unless it is another machine's. */
  readonly host: string;
  readonly port: number;
  readonly durable: boolean;
}

export const containers = { postgres, kafka, redis };

async function postgres({ folder, host, port, durable }: ContainerPlace): Promise<ContainerServer> {
  const password = await keptPassword(join(folder, 'postgres.password'));
  const url = `postgres://postgres:${password}@${host}:${port}/postgres`;
  return {
    name: 'postgres',
    image: 'postgres:18',
    innerPort: 5432,
    port,
    command: ['postgres', ...postgresSettings(durable).flatMap((setting) => ['-c', setting])],
    settings: { POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C.UTF-8' },
    environment: { RECAPITO_POSTGRES_URL: url },
    stopSignal: 'SIGINT',
    stopWithinMs: 20_000,
    readyWithinMs: 60_000,
    probe: () => askPostgres(url),
  };
}

/** Started by the program that starts it in an installation in containers: everybody names themselves by a password. */
async function kafka({ folder, host, port, durable }: ContainerPlace): Promise<ContainerServer> {
  const credentials = join(folder, 'kafka', 'credentials');
  await makePasswords(credentials);
  const environment = { [brokersVariable]: `${host}:${port}`, [credentialsVariable]: credentials };
  const passwords = users.map((user) => ({
    target: `/recapito/secrets/${user}.password`,
    content: readFileSync(passwordFile(credentials, user), 'utf8'),
  }));
  return {
    name: 'kafka',
    image: 'apache/kafka:4.1.0',
    innerPort: 9092,
    port,
    entrypoint: ['bash', '/recapito/start.sh'],
    files: [
      { target: '/recapito/start.sh', content: readFileSync(join(root, 'deploy', 'kafka', 'start.sh'), 'utf8') },
      { target: '/recapito/server.properties', content: containedBroker(`${host}:${port}`) },
      ...passwords,
    ],
    settings: {
      CLUSTER: clusterId,
      SECRETS: '/recapito/secrets',
      KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
      // Specs want the broker soon rather than fast.
      ...(!durable && { KAFKA_OPTS: '-XX:TieredStopAtLevel=1' }),
    },
    environment,
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    readyWithinMs: 90_000,
    probe: () => askGroupCoordinator(brokersAs(brokerItself, environment)),
  };
}

/** The settings of the embedded broker, for one that is reached at this address. */
function containedBroker(address: string): string {
  const settings: Record<string, string | number | boolean> = {
    ...brokerSettings,
    ...guardSettings,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'CLIENTS://:9092,CONTROLLER://localhost:9093',
    'listener.security.protocol.map': 'CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'CLIENTS',
    'advertised.listeners': `CLIENTS://${address}`,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function redis({ host, port }: ContainerPlace): Promise<ContainerServer> {
  return Promise.resolve({
    name: 'redis',
    image: 'redis:7',
    innerPort: 6379,
    port,
    command: ['redis-server', ...redisSettings, '--protected-mode', 'no'],
    settings: {},
    environment: { RECAPITO_REDIS_URL: `redis://${host}:${port}` },
    stopSignal: 'SIGTERM',
    stopWithinMs: 5_000,
    readyWithinMs: 30_000,
    probe: () => ping({ host, port }),
  });
}
