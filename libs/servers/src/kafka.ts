// Kafka 4.1, one KRaft node, from the jars that the bootstrap has fetched.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Brokers } from '@recapito/messaging/brokers';
import { correctRequestQueue } from '@recapito/messaging/request-queue';
import { Kafka, logLevel } from 'kafkajs';
import { runToEnd } from './child.ts';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';
import { classArchiveOf, fromArchive, javaWords, makeClassArchive } from './java.ts';
import {
  authoritiesVariable,
  brokerItself,
  brokersAs,
  brokersVariable,
  credentialsVariable,
  makePasswords,
  mechanism,
  passwordOf,
  users,
} from './kafka-users.ts';
import type { Placement, Server } from './server.ts';

correctRequestQueue();

/** One for every folder: a cluster id only has to differ between brokers that know of each other. */
export const clusterId = 'cmVjYXBpdG8tc3VpdGUtMQ';

export async function kafka({ folder, port, certificates }: Placement): Promise<Server> {
  const libs = installed('kafka/libs');
  const archive = classArchiveOf(libs);
  const place = join(folder, 'kafka');
  const log = join(place, 'log');
  const credentials = join(place, 'credentials');
  const configuration = join(place, 'server.properties');
  // The log of an earlier release has no users: its broker goes on as it was.
  const guarded = !existsSync(log) || existsSync(credentials);
  const environment = {
    [brokersVariable]: `${certificates ? 'localhost' : '127.0.0.1'}:${port}`,
    ...(certificates && { [authoritiesVariable]: join(certificates, 'ca.pem') }),
    ...(guarded && { [credentialsVariable]: credentials }),
  };
  return {
    name: 'kafka',
    port,
    command: 'java',
    arguments: javaWords(libs, ['kafka.Kafka', configuration], [fromArchive(archive)]),
    environment,
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    deathSignal: 'SIGKILL',
    // One that was killed looks through the logs of all its partitions first.
    readyWithinMs: 120_000,
    prepare: async () => {
      await mkdir(place, { recursive: true });
      if (!existsSync(archive)) await archiveClasses(archive, libs, folder);
      if (!existsSync(log)) await layDown(await formatted(libs, folder), place);
      const password = guarded ? passwordOf(credentials, brokerItself) : undefined;
      const tls = certificates ? await tlsProperties(certificates, place) : {};
      const settings = properties({ log, port, controllerPort: await freePort(), password, tls });
      await writeFile(configuration, settings, { mode: 0o600 });
    },
    probe: () => askGroupCoordinator(brokersAs(brokerItself, environment)),
  };
}

/** The log comes last: where it lies, the credentials lie that it knows. */
async function layDown(from: string, place: string): Promise<void> {
  for (const name of ['credentials', 'log']) {
    const unfinished = join(place, `${name}.unfinished`);
    await rm(unfinished, { recursive: true, force: true });
    await cp(join(from, name), unfinished, { recursive: true });
    await rm(join(place, name), { recursive: true, force: true });
    await rename(unfinished, join(place, name));
  }
  await chmod(join(place, 'credentials'), 0o700);
}

/**
 * A folder to copy from: an empty formatted log and the passwords of the users that it knows. Formatting costs a second of
 * Java, so it is done once for each set of jars and users and kept beside the jars.
 */
async function formatted(libs: string, folder: string): Promise<string> {
  const kept = join(libs, `formatted-${createHash('sha256').update(users.join()).digest('hex').slice(0, 12)}`);
  if (existsSync(kept)) return kept;
  const unfinished = `${kept}.${process.pid}`;
  const credentials = join(unfinished, 'credentials');
  await makePasswords(credentials);
  const configuration = join(unfinished, 'server.properties');
  const log = join(unfinished, 'log');
  const settings = { log, port: 9092, controllerPort: 9093, password: passwordOf(credentials, brokerItself), tls: {} };
  await writeFile(configuration, properties(settings), { mode: 0o600 });
  // Passwords reach the program in a file: everybody can read the words of a command.
  const words = join(unfinished, 'words');
  await writeFile(words, formatWords(configuration, credentials).join('\n'), { mode: 0o600 });
  await runToEnd({
    command: 'java',
    arguments: javaWords(libs, ['kafka.tools.StorageTool', `@${words}`]),
    folder,
    log: join(folder, 'logs', 'kafka.log'),
  });
  await rm(configuration);
  await rm(words);
  // Another start may have been faster; its folder is as good.
  await rename(unfinished, kept).catch(() => rm(unfinished, { recursive: true }));
  return kept;
}

function formatWords(configuration: string, credentials: string): string[] {
  const credential = (user: string) =>
    `${mechanism.toUpperCase()}=[name=${user},password=${passwordOf(credentials, user)}]`;
  const added = users.flatMap((user) => ['--add-scram', credential(user)]);
  return ['format', '-t', clusterId, '-c', configuration, ...added];
}

/** Starts a broker on an empty log for its classes; the log goes with it. */
async function archiveClasses(archive: string, libs: string, folder: string): Promise<void> {
  const place = join(folder, 'kafka-for-classes');
  try {
    await layDown(await formatted(libs, folder), place);
    const [port, controllerPort] = [await freePort(), await freePort()];
    const credentials = join(place, 'credentials');
    const configuration = join(place, 'server.properties');
    const password = passwordOf(credentials, brokerItself);
    const settings = properties({ log: join(place, 'log'), port, controllerPort, password, tls: {} });
    await writeFile(configuration, settings, { mode: 0o600 });
    const environment = { [brokersVariable]: `127.0.0.1:${port}`, [credentialsVariable]: credentials };
    await makeClassArchive(archive, {
      libs,
      program: ['kafka.Kafka', configuration],
      ready: () => askGroupCoordinator(brokersAs(brokerItself, environment)),
      folder: place,
      log: join(folder, 'logs', 'kafka-for-classes.log'),
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** One broker that is its own controller, wherever it runs. */
export const brokerSettings: Readonly<Record<string, string | number | boolean>> = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': false,
  // Without it a new group waits three seconds for members that nobody expects.
  'group.initial.rebalance.delay.ms': 0,
  // Files of a topic that was deleted are closed after a second, by default after a minute.
  'log.segment.delete.delay.ms': 1_000,
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

/**
 * What makes a broker let in nobody without a password and everybody to what the rules allow.
 * @rule KAFKA-ACCESS
 */
export const guardSettings: Readonly<Record<string, string | number | boolean>> = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': false,
  'super.users': `User:${brokerItself};User:preparations`,
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
  'sasl.mechanism.controller.protocol': 'SCRAM-SHA-512',
};

interface BrokerPlace {
  readonly log: string;
  readonly port: number;
  readonly controllerPort: number;
  /** That of the broker itself; without one the broker believes everybody, as that of an earlier release. */
  readonly password: string | undefined;
  /** Empty where the broker speaks in the clear. */
  readonly tls: Readonly<Record<string, string>>;
}

/** Kafka reads key and certificate from one file. */
async function tlsProperties(certificates: string, place: string): Promise<Record<string, string>> {
  const parts = ['kafka.key', 'kafka.pem'].map((name) => readFile(join(certificates, name), 'utf8'));
  const keystore = join(place, 'keystore.pem');
  await writeFile(keystore, (await Promise.all(parts)).join(''), { mode: 0o600 });
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(certificates, 'ca.pem'),
  };
}

function properties({ log, port, controllerPort, password, tls }: BrokerPlace): string {
  const isOverTls = Object.keys(tls).length > 0;
  const protocol = `${password === undefined ? '' : 'SASL_'}${isOverTls ? 'SSL' : 'PLAINTEXT'}`;
  const host = isOverTls ? 'localhost' : '127.0.0.1';
  const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${brokerItself}" password="${password}";`;
  const guarded = {
    ...guardSettings,
    'listener.name.clients.scram-sha-512.sasl.jaas.config': login,
    'listener.name.controller.scram-sha-512.sasl.jaas.config': login,
  };
  const settings = {
    ...brokerSettings,
    'controller.quorum.voters': `1@${host}:${controllerPort}`,
    'listener.security.protocol.map': `CLIENTS:${protocol},CONTROLLER:${protocol}`,
    'inter.broker.listener.name': 'CLIENTS',
    listeners: `CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENTS://${host}:${port}`,
    ...(password !== undefined && guarded),
    ...tls,
    'log.dirs': log,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Ready is when groups can be served, not when the port is open: before that consumers log errors and wait. */
export async function askGroupCoordinator(brokers: Brokers): Promise<void> {
  const admin = new Kafka({
    clientId: 'probe',
    ...brokers.clientSettings(),
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
