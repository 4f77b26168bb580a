import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessRules } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { brokersOfRun, namespace } from '@recapito/testing';
import kafkajs, { Kafka } from 'kafkajs';
import type { Admin, Producer } from 'kafkajs';
import {
  addAccess,
  Brokers,
  ensureTopics,
  groupOf,
  physicalTopic,
  prepareBroker,
  replaceAccess,
} from '../src/index.ts';

const prefix = namespace();
const directory = physicalTopic(prefix, 'mailbox.directory.v1');
const clock = physicalTopic(prefix, 'suite.clock.v1');
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await prepareBroker(brokersOfRun('preparations'), { namespace: prefix, mode: 'rehearsal' });
});

afterAll(async () => {
  for (const close of closing) await close();
});

/** A client of a stranger's making: what no code of ours would send is sent all the same. */
function clientOf(brokers: Brokers): Kafka {
  return new Kafka({
    clientId: 'stranger',
    ...brokers.clientSettings(),
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 1, initialRetryTime: 20, maxRetryTime: 50 },
  });
}

const as = (user: string) => clientOf(brokersOfRun(user));

async function adminAs(user: string): Promise<Admin> {
  const admin = as(user).admin();
  closing.push(() => admin.disconnect());
  await admin.connect();
  return admin;
}

async function producerAs(user: string): Promise<Producer> {
  const producer = as(user).producer({ idempotent: true, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  closing.push(() => producer.disconnect());
  await producer.connect();
  return producer;
}

const write = async (user: string, topic: string) => {
  const producer = await producerAs(user);
  await producer.send({ topic, messages: [{ key: 'k', value: '{}' }] });
};

/** Reads a topic from its first record on; resolves at the first record, rejects when the broker refuses. */
async function read(user: string, topic: string, groupId: string): Promise<string> {
  const consumer = as(user).consumer({ groupId, maxWaitTimeInMs: 50, allowAutoTopicCreation: false });
  closing.push(() => consumer.disconnect());
  const crashed = Promise.withResolvers<never>();
  consumer.on('consumer.crash', ({ payload }) => crashed.reject(payload.error));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const found = Promise.withResolvers<string>();
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(found.resolve(message.value?.toString() ?? '')),
  });
  return Promise.race([found.promise, crashed.promise]);
}

/** kafkajs asks who coordinates a group, or a transaction, and does not hand on why it is not told. */
const refusedGroup = /not authorized|failed to find group coordinator/i;

// @rule KAFKA-ACCESS
describe('a service at the broker', () => {
  test('writes its own topics, and reads those that are for it with groups of its own', async () => {
    await write('mailbox', directory);
    const ofMailbox = (name: string) => groupOf(prefix, name);
    expect(await read('certified-mail', directory, ofMailbox('certified-mail'))).toBe('{}');
    expect(await read('mailbox', directory, `${prefix}mailbox-own-topics.1`)).toBe('{}');
    expect(await read('audit-log', directory, `${prefix}audit-log`)).toBe('{}');
  });

  test.each([
    ['identity', 'mailbox.directory.v1'],
    ['certified-mail', 'mailbox.directory.v1'],
    ['audit-log', 'identity.holders.v1'],
    ['mailbox', 'suite.clock.v1'],
    ['operators', 'mailbox.mailboxes.v1'],
  ] as [string, TopicName][])('%s does not write %s', async (user, topic) => {
    await expect(write(user, physicalTopic(prefix, topic))).rejects.toThrow(/not authorized|cluster authorization/i);
  });

  test.each([
    ['notification', 'mailbox.directory.v1'],
    ['migration', 'certified-mail.messages.v1'],
    ['identity', 'audit-log.findings.v1'],
  ] as [string, TopicName][])('%s does not read %s', async (user, topic) => {
    const reading = read(user, physicalTopic(prefix, topic), `${prefix}${user}.${topic}`);
    await expect(reading).rejects.toThrow(/not authorized/i);
  });

  test('does not join the group of another one, and who has no groups joins none', async () => {
    const theirs = groupOf(prefix, 'certified-mail');
    await expect(read('audit-log', directory, theirs)).rejects.toThrow(refusedGroup);
    await expect(read('operators', directory, `${prefix}operators`)).rejects.toThrow(refusedGroup);
  });

  test('neither creates, deletes nor alters a topic, its own included', async () => {
    const admin = await adminAs('mailbox');
    // kafkajs gathers what was refused under a word of its own.
    const reasons = (error: unknown) => inspect(error, { depth: 6 });
    const refused = (act: Promise<unknown>, words = /not authorized|authorization.failed/i) =>
      expect(act.catch((error: unknown) => reasons(error))).resolves.toMatch(words);
    await refused(admin.createTopics({ topics: [{ topic: `${prefix}mailbox.more.v1`, numPartitions: 1 }] }));
    await refused(admin.deleteTopics({ topics: [directory] }));
    await refused(admin.createPartitions({ topicPartitions: [{ topic: directory, count: 13 }] }));
    await refused(admin.deleteTopicRecords({ topic: directory, partitions: [{ partition: 0, offset: '-1' }] }));
    const retention = [{ name: 'retention.ms', value: '1' }];
    await refused(
      admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: directory, configEntries: retention }],
      }),
    );
    await refused(admin.deleteGroups([groupOf(prefix, 'certified-mail')]), refusedGroup);
    await refused(admin.deleteGroups([groupOf(prefix, 'mailbox')]));
  });

  test('gives itself no rights', async () => {
    const mine = accessRules(prefix, 'rehearsal').map((rule) => ({ ...rule, user: 'identity' }));
    await expect(addAccess(brokersOfRun('identity'), mine)).rejects.toThrow(/authoriz/i);
  });

  test('has no transactional id', async () => {
    const producer = as('mailbox').producer({
      transactionalId: `${prefix}mailbox`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    closing.push(() => producer.disconnect());
    await expect(producer.connect().then(() => producer.transaction())).rejects.toThrow(refusedGroup);
  });
});

describe('who has no password of the broker', () => {
  const { addresses } = brokersOfRun('mailbox');

  test.each([
    ['names nobody', new Brokers(addresses)],
    [
      'has a wrong password',
      new Brokers(addresses, { credential: { user: 'mailbox', password: 'sbagliata', mechanism: 'scram-sha-512' } }),
    ],
    [
      'is an unknown user',
      new Brokers(addresses, { credential: { user: 'nessuno', password: 'x', mechanism: 'scram-sha-512' } }),
    ],
  ])('%s: it is told nothing and writes nothing', async (_, brokers) => {
    const kafka = clientOf(brokers);
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    const admin = kafka.admin();
    const writing = producer.connect().then(() => producer.send({ topic: directory, messages: [{ value: 'x' }] }));
    await expect(writing).rejects.toThrow();
    await expect(admin.connect().then(() => admin.listTopics())).rejects.toThrow();
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  });
});

describe('the rules at the broker', () => {
  test('are made once: a second preparation changes nothing', async () => {
    const again = await prepareBroker(brokersOfRun('preparations'), { namespace: prefix, mode: 'rehearsal' });
    expect(again).toEqual({ added: 0, removed: 0 });
  });

  test('that nobody wrote down are taken away again, those of strangers stay', async () => {
    const brokers = brokersOfRun('preparations');
    const more = { resource: 'topic', name: directory, pattern: 'literal', operation: 'write' } as const;
    await addAccess(brokers, [
      { ...more, user: 'identity' },
      { ...more, user: 'somebody-else' },
    ]);
    await write('identity', directory);
    expect(await replaceAccess(brokers, accessRules(prefix, 'rehearsal'), prefix)).toEqual({ added: 0, removed: 1 });
    await expect(write('identity', directory)).rejects.toThrow(/not authorized/i);
  });

  test('let nobody write or read the clock of a rehearsal once the suite is in production', async () => {
    const own = namespace();
    const brokers = brokersOfRun('preparations');
    const name = physicalTopic(own, 'suite.clock.v1');
    await ensureTopics(brokers, own, ['suite.clock.v1']);
    await replaceAccess(brokers, accessRules(own, 'rehearsal'), own);
    await write('rehearsal', name);
    await replaceAccess(brokers, accessRules(own, 'production'), own);
    for (const user of ['rehearsal', 'mailbox'])
      await expect(write(user, name)).rejects.toThrow(/not authorized|cluster authorization/i);
    await expect(read('mailbox', name, `${own}mailbox.suite.clock.v1`)).rejects.toThrow(/not authorized/i);
  });

  test('that preparations has are enough to prepare another suite', async () => {
    const own = namespace();
    const rules = accessRules(own, 'rehearsal')
      .filter(({ user }) => user === 'preparations')
      .map((rule) => ({ ...rule, user: 'operators' }));
    const administrator = await adminAs('broker');
    try {
      await addAccess(brokersOfRun('broker'), rules);
      const change = await prepareBroker(brokersOfRun('operators'), { namespace: own, mode: 'rehearsal' });
      expect(change?.added).toBeGreaterThan(50);
      await write('mailbox', physicalTopic(own, 'mailbox.directory.v1'));
    } finally {
      const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
      const cluster = {
        resourceType: AclResourceTypes.CLUSTER,
        resourcePatternType: ResourcePatternTypes.ANY,
        operation: AclOperationTypes.ANY,
        permissionType: AclPermissionTypes.ANY,
      };
      await administrator.deleteAcls({ filters: [{ ...cluster, principal: 'User:operators' }] });
    }
  });
});

test('the driver of a rehearsal writes the clock, and services read it', async () => {
  await write('rehearsal', clock);
  expect(await read('identity', clock, `${prefix}identity.suite.clock.v1.1`)).toBe('{}');
});
