import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { prepareBroker } from '@recapito/messaging';
import { Brokers } from '@recapito/messaging/brokers';
import { Kafka, logLevel } from 'kafkajs';
import { Child } from '../src/child.ts';
import { containers } from '../src/containers.ts';
import type { ContainerServer } from '../src/containers.ts';
import { freePort } from '../src/free-port.ts';
import { installed } from '../src/installed.ts';
import { brokersAs, users } from '../src/kafka-users.ts';
import { until } from '../src/until.ts';

/**
 * The broker as it is begun in a container, with the program and the files that it gets there, on the Kafka of this machine:
 * an engine is not everywhere.
 */
let folder: string;
let server: ContainerServer;
let child: Child;
let start: () => Promise<Child>;
/** The folder of secrets, as it is mounted into the container. */
let secrets: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-contained-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  server = await containers.kafka({ folder, host: '127.0.0.1', port, durable: false });
  const inside = join(folder, 'inside');
  secrets = join(inside, 'secrets');
  mkdirSync(secrets, { recursive: true });
  mkdirSync(join(inside, 'data'));
  for (const { target, content } of server.files ?? []) {
    const place = target.includes('/secrets/') ? secrets : inside;
    // Ports of a container are its own; here they have to be free ones.
    const text = content
      .replaceAll(/[:/]9092/g, (found) => `${found[0]}${port}`)
      .replaceAll(':9093', `:${controllerPort}`);
    writeFileSync(join(place, basename(target)), text, { mode: 0o600 });
  }
  start = () => started(inside);
  child = await start();
});

async function started(inside: string): Promise<Child> {
  const begun = await Child.start({
    command: 'bash',
    arguments: [join(inside, 'start.sh')],
    folder,
    environment: {
      ...server.settings,
      SECRETS: secrets,
      SETTINGS: join(inside, 'server.properties'),
      DATA: join(inside, 'data'),
      LIBS: installed('kafka/libs'),
    },
    log: join(folder, 'kafka.log'),
    deathSignal: 'SIGKILL',
  });
  await until(() => server.probe(), {
    // A password that has changed starts the broker twice, and a program for each user between.
    withinMs: 240_000,
    aborted: () => (begun.alive ? undefined : new Error('it ended')),
  });
  return begun;
}

afterAll(async () => {
  await child.stop('SIGTERM', 15_000);
  rmSync(folder, { recursive: true });
});

test('a broker in a container knows the users and the rules of every other broker of the suite', async () => {
  const change = await prepareBroker(brokersAs('preparations', server.environment), { mode: 'rehearsal' });
  expect(change?.added).toBeGreaterThan(0);
});

/** Connects, which a broker with passwords allows to nobody without one. */
async function connect(brokers: Brokers): Promise<void> {
  const admin = new Kafka({ ...brokers.clientSettings(), logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

test('lets in each of them by their own password', async () => {
  for (const user of users) await connect(brokersAs(user, server.environment));
});

test('and nobody without one, or with another one', async () => {
  const address = server.environment['RECAPITO_KAFKA_BROKERS'] ?? '';
  await expect(connect(new Brokers([address]))).rejects.toThrow();
  const credential = { user: 'mailbox', password: 'indovinata', mechanism: 'scram-sha-512' } as const;
  await expect(connect(new Brokers([address], { credential }))).rejects.toThrow(/invalid credentials/);
});

test('a password that was replaced in the secrets counts from the next start, and the one before for nobody', async () => {
  const [address = ''] = brokersAs('mailbox', server.environment).addresses;
  const as = (password: string) =>
    new Brokers([address], { credential: { user: 'mailbox', password, mechanism: 'scram-sha-512' } });
  const before = readFileSync(join(secrets, 'mailbox.password'), 'utf8').trim();
  await connect(as(before));
  await child.stop('SIGTERM', 30_000);
  writeFileSync(join(secrets, 'mailbox.password'), 'quella-di-dopo', { mode: 0o600 });
  child = await start();
  await connect(as('quella-di-dopo'));
  await expect(connect(as(before))).rejects.toThrow(/invalid credentials/);
  await connect(brokersAs('identity', server.environment));
}, 300_000);
