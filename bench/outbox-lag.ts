import { randomUUID } from 'node:crypto';
import { append, ensureTopics, physicalTopic, Relay } from '@recapito/messaging';
import type { PrismaClientClass, PrismaClientLike } from '@recapito/database';
import { Database } from '@recapito/database';
import { serviceLogger } from '@recapito/platform';
import { Partitioners } from 'kafkajs';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { bareKafka } from './broker.ts';
import { percentile } from './figures.ts';
import { Ground } from './ground.ts';
import { atOnce, evenly, Lags } from './lags.ts';
import { messagingDatabase } from './messaging-database.ts';
import { noon, noted, notedData, notedRecord } from './noted.ts';
import { generatedClient } from './prisma-client.ts';
import { startReader } from './reader.ts';

/** Facts told as fast as may be, first to be warm and then to find the maximum, and facts at half of it to see the lag. */
const sizes = { full: { most: 4_000, told: 4_000 }, small: { most: 100, told: 50 } };

/** Connections of each service's pool, and writers at a time while the maximum is sought. */
const connections = 8;

export const outboxLag: Benchmark = {
  name: 'outbox-lag',
  ours: 'from commit to committed effect through outbox, broker and inbox, at half of the maximum rate, 99th percentile',
  yardstick: 'a bare kafkajs producer and consumer with such records at the same rate, from send to hand-over',
  unit: 'ms (p99)',
  better: 'less',
  mark: 'ours at most 2 x yardstick + 20 ms',
  reached: ({ ours, yardstick }) => ours <= 2 * yardstick + 20,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const ground = await Ground.open(occasion, ['postgres', 'kafka']);
  const { most, told } = sizes[size];
  const client = await generatedClient(ground);
  const ours = await writerAndReader(ground, client);
  const bare = await producerAndConsumer(ground);
  await ours(most, (tell) => atOnce(most, connections, tell));
  const begin = performance.now();
  await ours(most, (tell) => atOnce(most, connections, tell));
  const maximum = (most / (performance.now() - begin)) * 1_000;
  const rate = maximum / 2;
  says(`at most ${Math.round(maximum)} facts/s from commit to effect; measured at ${Math.round(rate)} facts/s`);
  const run = async (pair: Pair): Promise<number> => {
    await ground.settle();
    return percentile(await pair(told, (tell) => evenly(told, { rate, abort }, tell)), 99);
  };
  return { ours: () => run(ours), yardstick: () => run(bare) };
}

/** Has `count` facts told in the rhythm that is handed in, and answers how long each took. */
type Pair = (count: number, rhythm: (tell: (nth: number) => Promise<void>) => Promise<void>) => Promise<number[]>;

/** One service that tells facts and one that hears them, each with its database, wired as the suite's are. */
async function writerAndReader(ground: Ground, client: PrismaClientClass<PrismaClientLike>): Promise<Pair> {
  const namespace = `${ground.unique('lag')}.`;
  const { brokers } = ground;
  let lags = new Lags(0);
  const [writing, reading] = [await messagingDatabase(ground, 'writer'), await messagingDatabase(ground, 'reader')];
  const [writer, reader] = [writing, reading].map(({ url }) => new Database(client, url, { connections }));
  if (writer === undefined || reader === undefined) throw new Error('two databases were opened');
  ground.atEnd(async () => void (await Promise.all([writer.close(), reader.close()])));
  const logger = serviceLogger('migration', 'error');
  // The topic is migration's, and a relay makes the topics of its service.
  const relay = new Relay({ service: 'migration', brokers, namespace, logger, databaseUrl: writing.url });
  relay.start();
  ground.atEnd(() => relay.stop());
  writer.afterCommit(() => relay.nudge());
  const hearing = await startReader({
    service: 'reader',
    brokers,
    namespace,
    transaction: (work) => reader.transaction(work),
    committed: (id) => lags.end(id),
  });
  ground.atEnd(() => hearing.stop());
  const tell = async (nth: number): Promise<void> => {
    const holder = randomUUID();
    const fact = { key: holder, sequence: 1, time: noon, data: notedData(holder, nth) };
    lags.begin(await writer.transaction((tx) => append(tx, noted, fact)));
  };
  const pair: Pair = async (count, rhythm) => {
    lags = new Lags(count);
    const before = hearing.strategy.state().counters.handled;
    await rhythm(tell);
    const all = await lags.all();
    const { handled } = hearing.strategy.state().counters;
    if (handled - before > count) throw new Error(`${count} facts were told and ${handled - before} took effect`);
    return all;
  };
  // The first fact waits for topics, groups and connections: it is not measured.
  await pair(1, () => tell(1));
  return pair;
}

/** A producer and a consumer with nothing between them and the broker: no commit before, no effect after. */
async function producerAndConsumer(ground: Ground): Promise<Pair> {
  const namespace = `${ground.unique('bare')}.`;
  await ensureTopics(ground.brokers, namespace, [noted.topic]);
  const topic = physicalTopic(namespace, noted.topic);
  const producer = bareKafka(ground.brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = bareKafka(ground.brokers).consumer({ groupId: `${namespace}bare` });
  let lags = new Lags(0);
  await Promise.all([producer.connect(), consumer.connect()]);
  ground.atEnd(async () => void (await Promise.all([producer.disconnect(), consumer.disconnect()])));
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: 12,
    eachMessage: async ({ message }) => lags.end(message.key?.toString() ?? ''),
  });
  const tell = async (nth: number): Promise<void> => {
    const key = randomUUID();
    const message = notedRecord(key, nth);
    lags.begin(key);
    await producer.send({ topic, acks: -1, messages: [message] });
  };
  const pair: Pair = async (count, rhythm) => {
    lags = new Lags(count);
    await rhythm(tell);
    return lags.all();
  };
  await pair(1, () => tell(1));
  return pair;
}
