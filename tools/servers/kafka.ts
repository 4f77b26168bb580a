// Kafka 4.1, one KRaft node, from the jars that the bootstrap has fetched.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { runToEnd } from './child.ts';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';
import type { Placement, Server } from './server.ts';

/** One for every folder: a cluster id only has to differ between brokers that know of each other. */
const clusterId = 'cmVjYXBpdG8tc3VpdGUtMQ';

export async function kafka({ folder, port }: Placement): Promise<Server> {
  const libs = installed('kafka/libs');
  const place = join(folder, 'kafka');
  const configuration = join(place, 'server.properties');
  const brokers = `127.0.0.1:${port}`;
  const java = (main: string, ...parameters: string[]): string[] => [
    '-Xms128m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-Xshare:auto',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    '-cp',
    `${libs}/*`,
    main,
    ...parameters,
  ];
  return {
    name: 'kafka',
    port,
    command: 'java',
    arguments: java('kafka.Kafka', configuration),
    environment: { RECAPITO_KAFKA_BROKERS: brokers },
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    deathSignal: 'SIGKILL',
    readyWithinMs: 60_000,
    prepare: async () => {
      await mkdir(place, { recursive: true });
      await writeFile(configuration, properties(place, port, await freePort()));
      // Written last, for a format that was interrupted leaves a folder that looks formatted.
      const done = join(place, 'formatted');
      if (existsSync(done)) return;
      await rm(join(place, 'log'), { recursive: true, force: true });
      const format = java('kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configuration);
      await runToEnd({ command: 'java', arguments: format, folder: place, log: join(folder, 'logs', 'kafka.log') });
      await writeFile(done, '');
    },
    probe: () => askGroupCoordinator(brokers),
  };
}

function properties(place: string, port: number, controllerPort: number): string {
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(place, 'log'),
    'auto.create.topics.enable': false,
    // Without it a new group waits three seconds for members that nobody expects.
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Ready is when groups can be served, not when the port is open: before that consumers log errors and wait. */
async function askGroupCoordinator(brokers: string): Promise<void> {
  const admin = new Kafka({
    clientId: 'probe',
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
    await admin.describeGroups(['probe']);
  } finally {
    await admin.disconnect();
  }
}
