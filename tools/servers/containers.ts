// PostgreSQL, Kafka and Redis from their public images, set up as the embedded ones are.
import { join } from 'node:path';
import { Brokers } from '@recapito/messaging/brokers';
import { askGroupCoordinator, brokerSettings } from './kafka.ts';
import { askPostgres, keptPassword, settings as postgresSettings } from './postgres.ts';
import { ping, settings as redisSettings } from './redis.ts';

/** A server in a container: which image, how it is begun, and how it is asked whether it answers. */
export interface ContainerServer {
  readonly name: string;
  readonly image: string;
  /** The port inside, and the one on this side, which stays the same over restarts. */
  readonly innerPort: number;
  readonly port: number;
  readonly command?: readonly string[];
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

function kafka({ host, port, durable }: ContainerPlace): Promise<ContainerServer> {
  const brokers = `${host}:${port}`;
  const settings: Record<string, string | number | boolean> = {
    ...brokerSettings,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'advertised.listeners': `PLAINTEXT://${brokers}`,
    'log.dirs': '/var/lib/kafka/data',
  };
  return Promise.resolve({
    name: 'kafka',
    image: 'apache/kafka:4.1.0',
    innerPort: 9092,
    port,
    settings: {
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)])),
      KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
      // Specs want the broker soon rather than fast.
      ...(!durable && { KAFKA_OPTS: '-XX:TieredStopAtLevel=1' }),
    },
    environment: { RECAPITO_KAFKA_BROKERS: brokers },
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    readyWithinMs: 90_000,
    probe: () => askGroupCoordinator(new Brokers([brokers])),
  });
}

/** The image reads `log.dirs` from `KAFKA_LOG_DIRS`. */
function variableOf(setting: string): string {
  return `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;
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
