// Kafka 4.1, one KRaft node, from the jars that the bootstrap has fetched.
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { correctRequestQueue } from '@recapito/messaging/request-queue';
import { Kafka, logLevel } from 'kafkajs';
import { runToEnd } from './child.ts';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';
import type { Placement, Server } from './server.ts';

correctRequestQueue();

/** One for every folder: a cluster id only has to differ between brokers that know of each other. */
const clusterId = 'cmVjYXBpdG8tc3VpdGUtMQ';

export async function kafka({ folder, port }: Placement): Promise<Server> {
  const libs = installed('kafka/libs');
  const place = join(folder, 'kafka');
  const configuration = join(place, 'server.properties');
  const brokers = `127.0.0.1:${port}`;
  return {
    name: 'kafka',
    port,
    command: 'java',
    arguments: java(libs, 'kafka.Kafka', configuration),
    environment: { RECAPITO_KAFKA_BROKERS: brokers },
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    deathSignal: 'SIGKILL',
    readyWithinMs: 60_000,
    prepare: async () => {
      await mkdir(place, { recursive: true });
      await writeFile(configuration, properties(join(place, 'log'), port, await freePort()));
      if (existsSync(join(place, 'log'))) return;
      const unfinished = join(place, 'log.unfinished');
      await cp(await formattedLog(libs, folder), unfinished, { recursive: true });
      await rename(unfinished, join(place, 'log'));
    },
    probe: () => askGroupCoordinator(brokers),
  };
}

/** How Java is called: the broker's memory, its log on standard output with instants, and all the jars. */
function java(libs: string, main: string, ...parameters: string[]): string[] {
  const log = '-Dorg.slf4j.simpleLogger';
  return [
    '-Xms128m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    // Whoever starts a broker as a child wants it soon rather than fast.
    '-XX:TieredStopAtLevel=1',
    `${log}.defaultLogLevel=warn`,
    `${log}.showDateTime=true`,
    `${log}.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS`,
    '-cp',
    `${libs}/*`,
    main,
    ...parameters,
  ];
}

/**
 * An empty formatted log folder to copy from. Formatting costs a second of Java and always gives the same, so it is done
 * once for each set of jars and kept beside them.
 */
async function formattedLog(libs: string, folder: string): Promise<string> {
  const formatted = join(libs, 'formatted');
  if (existsSync(formatted)) return formatted;
  const unfinished = `${formatted}.${process.pid}`;
  const configuration = `${unfinished}.properties`;
  await writeFile(configuration, properties(unfinished, 9092, 9093));
  await runToEnd({
    command: 'java',
    arguments: java(libs, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configuration),
    folder,
    log: join(folder, 'logs', 'kafka.log'),
  });
  await rm(configuration);
  // Another start may have been faster; its folder is as good.
  await rename(unfinished, formatted).catch(() => rm(unfinished, { recursive: true }));
  return formatted;
}

/** One broker that is its own controller, wherever it runs. */
export const brokerSettings: Readonly<Record<string, string | number | boolean>> = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
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

function properties(log: string, port: number, controllerPort: number): string {
  const settings = {
    ...brokerSettings,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': log,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Ready is when groups can be served, not when the port is open: before that consumers log errors and wait. */
export async function askGroupCoordinator(brokers: string): Promise<void> {
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
