import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brokerItself, brokersAs, eventually, memoryDisk, namespace } from '@recapito/testing';
import type { MemoryDisk } from '@recapito/testing';
import { removeRun, startServers } from '@recapito/servers';
import type { Servers } from '@recapito/servers';
import { outboxPending, Relay } from '../src/index.ts';
import type { Reader } from './reader.ts';
import { resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { note, quiet, specDatabase, textsOf } from './scene.ts';

const prefix = namespace();
let disk: MemoryDisk;
let folder: string;
let servers: Servers;
let writer: SpecDatabase;
let reads: SpecDatabase;
let relay: Relay;
let reader: Reader;
/** Servers that ended though nobody had asked them to. */
const ended: string[] = [];

const brokers = () => brokersAs(brokerItself, servers.environment);
const connection = (service: string) => ({ service, brokers: brokers(), namespace: prefix, logger: quiet });

/** Kafka's data on a disk of their own; its log lies elsewhere. */
beforeAll(async () => {
  resetMoods();
  disk = await memoryDisk(64);
  folder = await mkdtemp(join(tmpdir(), 'recapito-full-kafka-'));
  await symlink(disk.path, join(folder, 'kafka'));
  servers = await startServers({
    folder,
    want: ['kafka'],
    durable: false,
    given: {},
    died: (name) => ended.push(name),
  });
  writer = await specDatabase('migration');
  reads = await specDatabase('mailbox');
  relay = new Relay({ ...connection('migration'), databaseUrl: writer.url });
  relay.start();
  reader = await startReader(connection('mailbox'), reads.transaction);
});

afterAll(async () => {
  await Promise.all([reader?.stop(), relay?.stop()]);
  await writer?.drop();
  await reads?.drop();
  await servers?.stop();
  await removeRun(folder);
  await disk.remove();
});

let told = 0;
/** Changes are made all the while: each is one fact more, in order. */
const tell = async () => note(writer.transaction, 'a', String((told += 1)));
const allHeard = () =>
  eventually(async () => {
    const texts = await textsOf(reads.pool, 'a');
    expect(texts).toEqual(Array.from({ length: told }, (_, index) => String(index + 1)));
  });
const pending = () => writer.transaction(outboxPending);

describe('a broker whose disk is full', () => {
  test('ends itself, while services go on and their facts wait in the outbox', async () => {
    await tell();
    await allHeard();
    await disk.fill();
    await eventually(async () => {
      await tell();
      expect(ended).toEqual(['kafka']);
    });
    await tell();
    expect(await pending()).toBeGreaterThan(0);
  });

  test('is only to be started again once there is room: nothing is lost, doubled or out of order', async () => {
    await disk.makeRoom();
    await servers.restart('kafka');
    await tell();
    await allHeard();
    await eventually(async () => expect(await pending()).toBe(0));
  });
});

describe('a broker whose disk may only be read', () => {
  test('does not start, and starts once the disk may be written to: the facts were in the outbox all the while', async () => {
    await servers.kill('kafka', 'SIGKILL');
    await disk.readOnly(true);
    await tell();
    await expect(servers.restart('kafka')).rejects.toThrow();
    await tell();
    expect(await pending()).toBeGreaterThan(0);
    await disk.readOnly(false);
    await servers.restart('kafka');
    await tell();
    await allHeard();
  });
});
