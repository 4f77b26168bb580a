import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { directoryCensus, directoryRecord } from '@recapito/contracts';
import { ensureTopics, raiseEpoch } from '@recapito/messaging';
import { deleteTopics, eventually, recordsOf, servers, SpokenDirectory } from '@recapito/testing';
import { repairCalendars } from '../src/application/repair-calendars.ts';
import { contentOf, repairDirectory } from '../src/application/repair-directory.ts';
import type { StandingRecord } from '../src/application/repair-directory.ts';
import { publishDirectoryAgain } from '../src/application/change-boxes.ts';
import { recountDirectory, takeCensus } from '../src/application/take-census.ts';
import { Listener } from './heard.ts';
import { anna, holderOf, inAugust, mario, Stage } from './stage.ts';

const stage = new Stage();
let heard: Listener;

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  await stage.setClock(inAugust);
  await stage.database();
});

afterAll(() => stage.end());

/** What the directory holds by the records that mailbox has told, the ones before the census alone. */
async function countedByHand() {
  const spoken = new SpokenDirectory();
  const rows = await stage.client.$queryRaw<{ key: string; sequence: number; epoch: number; value: string }[]>`
    SELECT key, sequence::int, epoch::float8, value FROM outbox
    WHERE topic = 'mailbox.directory.v1' AND type = 'directory-record' ORDER BY seq`;
  for (const { key, sequence, epoch, value } of rows)
    spoken.note(directoryRecord, key, JSON.parse(value), sequence, epoch);
  return spoken.count();
}

// @rule CENSUS-BARRIER
test('a start says in every partition what the directory holds', async () => {
  await stage.planMove(mario);
  const service = await stage.mailbox();
  await eventually(() => expect(heard.directory(holderOf(mario))).toHaveLength(2));
  await stage.ask(service, '/directory/repairs', { method: 'POST' });
  const said = { ...(await countedByHand()), calendars: { 'cec-pac': 1, 'inps-trial': 1 } };
  expect(said).toMatchObject({ boxes: said.holders + 1 });
  await eventually(() => {
    const last = Math.max(
      ...heard.records.filter(({ type }) => type === 'directory-census').map((one) => one.sequence),
    );
    const census = heard.records.filter(({ type, sequence }) => type === 'directory-census' && sequence === last);
    expect(census.map(({ data }) => data)).toEqual(Array.from({ length: 12 }, () => said));
    expect(new Set(census.map(({ key }) => key)).size).toBe(12);
  });
  const records = await recordsOf(stage, directoryCensus.topic);
  const censuses = records.filter(({ key }) => key?.toString().startsWith('census'));
  expect(new Set(censuses.map(({ partition }) => partition)).size).toBe(12);
});

// @rule CENSUS-BARRIER
test('a census waits for a change in hand, and a change that comes waits for the census', async () => {
  const { holder } = await stage.box({ address: 'prova@postacertificata.gov.it', service: 'cec-pac', state: 'active' });
  const [changed, counted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const locked = Promise.withResolvers<void>();
  const first = stage.transaction(async (tx) => {
    await publishDirectoryAgain(tx, holder, inAugust);
    locked.resolve();
    await changed.promise;
  });
  await locked.promise;
  const census = stage.transaction(async (tx) => {
    const count = await takeCensus(tx, inAugust);
    await counted.promise;
    return count;
  });
  await eventually(async () => expect(await waiting('ShareLock')).toBe(1));
  changed.resolve();
  await first;
  const second = eventually(async () => expect(await waiting('ShareLock')).toBe(0)).then(() =>
    stage.transaction((tx) => publishDirectoryAgain(tx, holder, inAugust)),
  );
  await eventually(async () => expect(await waiting('RowExclusiveLock')).toBe(1));
  counted.resolve();
  const { digest } = await census;
  await second;
  const rows = await stage.client.$queryRaw<{ type: string; sequence: number; digest: string | null }[]>`
    SELECT type, sequence::int, value::json->>'digest' AS digest FROM outbox
    WHERE topic = 'mailbox.directory.v1' AND (key = ${holder} OR value::json->>'digest' = ${digest}) ORDER BY seq`;
  expect(rows.map(({ type, sequence }) => (type === 'directory-record' ? sequence : type))).toEqual([
    1,
    ...Array.from({ length: 12 }, () => 'directory-census'),
    2,
  ]);
});

/** How many sessions wait for a lock of that mode on the holders. */
async function waiting(mode: string): Promise<number> {
  const [row] = await stage.client.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_locks
    WHERE relation = 'holder'::regclass AND mode = ${mode} AND NOT granted`;
  return row?.waiting ?? 0;
}

// @rule DIRECTORY-REPAIR
test('a topic that is lost while mailbox works is stated again and counted, though nobody asks', async () => {
  await stage.planMove(anna);
  const service = await stage.mailbox();
  await eventually(() => expect(heard.directory(holderOf(anna))).toHaveLength(2));
  const brokers = servers().kafkaBrokers;
  expect((await stage.ask(service, '/directory/repairs', { method: 'POST' })).status).toBe(200);
  await deleteTopics(stage, [directoryRecord.topic]);
  await ensureTopics(brokers, stage.namespace, [directoryRecord.topic]);
  await eventually(async () => {
    const records = await recordsOf(stage, directoryRecord.topic);
    const states = records.filter(({ key }) => key?.toString().startsWith('census') === false);
    const { holders } = await countedByHand();
    expect(new Set(states.map(({ key }) => key?.toString())).size).toBe(holders);
    const counts = records.filter(({ key }) => key?.toString().startsWith('census'));
    expect(counts.map(({ value }) => value?.toString()).at(-1)).toContain(`"holders":${holders}`);
  });
});

// @rule DIRECTORY-REPAIR
test('after a raise what comes from before it is stated again, however high its number; what says the same is not', async () => {
  const same = await stage.box({ address: 'uguale@postacertificata.gov.it', service: 'cec-pac', state: 'active' });
  const ahead = await stage.box({ address: 'avanti@postacertificata.gov.it', service: 'cec-pac', state: 'active' });
  for (const { holder } of [same, ahead]) await stage.transaction((tx) => publishDirectoryAgain(tx, holder, inAugust));
  await stage.client.$executeRaw`UPDATE outbox SET published_at = now() WHERE published_at IS NULL`;
  const standing = await standingByHand();
  const stated = { epoch: 0, sequence: 1, content: standing.get(same.holder)?.content ?? '' };
  standing.set(same.holder, stated).set(ahead.holder, { ...stated, sequence: 7 });
  const epoch = await stage.transaction((tx) => raiseEpoch(tx, [Date.now()]));
  const database = { client: stage.client, transaction: stage.transaction.bind(stage) } as never;
  expect(await repairDirectory(database, standing, inAugust)).toBe(1);
  const rows = await stage.client.$queryRaw<object[]>`
    SELECT id::text AS holder, directory_epoch::float8 AS epoch, directory_sequence AS sequence FROM holder
    WHERE id = ANY (${[same.holder, ahead.holder]}::uuid[]) ORDER BY directory_epoch`;
  expect(rows).toEqual([
    { holder: same.holder, epoch: 0, sequence: 1 },
    { holder: ahead.holder, epoch, sequence: 2 },
  ]);
});

test('after a raise a calendar that stands in the topic under a higher version of before is stated again, and no other', async () => {
  const database = { client: stage.client, transaction: stage.transaction.bind(stage) } as never;
  await stage.client.$executeRaw`UPDATE outbox SET published_at = now() WHERE published_at IS NULL`;
  const before = await stage.client.armedCalendar.findMany({ orderBy: { service: 'asc' } });
  expect(before.map(({ service, version }) => `${service} ${version}`)).toEqual(['cec-pac 1', 'inps-trial 1']);
  const places = before.map(
    ({ service, epoch, version }) => [service, { epoch: Number(epoch), number: version }] as const,
  );
  const standing = new Map(places).set('cec-pac', { epoch: 0, number: 5 });
  const epoch = await stage.transaction((tx) => raiseEpoch(tx, [Date.now()]));
  expect(await repairCalendars(database, standing, inAugust, () => Promise.resolve())).toBe(1);
  const [cecPac] = await stage.client.armedCalendar.findMany({ where: { service: 'cec-pac' } });
  expect(cecPac).toMatchObject({ version: 1, epoch: BigInt(epoch) });
  standing.set('cec-pac', { epoch, number: 2 });
  await stage.client.$executeRaw`UPDATE outbox SET published_at = now() WHERE published_at IS NULL`;
  expect(await repairCalendars(database, standing, inAugust, () => Promise.resolve())).toBe(0);
});

test('holders whose rows a process of an earlier release has written are counted anew first', async () => {
  const database = { client: stage.client, transaction: stage.transaction.bind(stage) } as never;
  const before = await stage.transaction((tx) => takeCensus(tx, inAugust));
  await stage.client.$executeRaw`UPDATE holder SET directory_boxes = 0, directory_digest = 0, counted_sequence = 0`;
  await expect(stage.transaction((tx) => takeCensus(tx, inAugust))).rejects.toThrow('written meanwhile by an earlier');
  await recountDirectory(database);
  expect(await stage.transaction((tx) => takeCensus(tx, inAugust))).toEqual(before);
});

/** The directory as its records in the outbox say it. */
async function standingByHand(): Promise<Map<string, StandingRecord>> {
  const rows = await stage.client.$queryRaw<{ key: string; sequence: number; epoch: number; value: string }[]>`
    SELECT key, sequence::int, epoch::float8, value FROM outbox
    WHERE topic = 'mailbox.directory.v1' AND type = 'directory-record' ORDER BY seq`;
  return new Map(
    rows.map(({ key, value, ...place }) => {
      return [key, { ...place, content: contentOf(directoryRecord.data.parse(JSON.parse(value))) }];
    }),
  );
}
