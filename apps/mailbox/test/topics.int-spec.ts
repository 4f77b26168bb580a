import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calendarArmed, directoryCensus, directoryRecord } from '@recapito/contracts';
import { Client } from 'pg';
import { readProgramme } from '../src/programme/read-programme.ts';
import { Listener } from './heard.ts';
import { anna, holderOf, inAugust, mario, Stage } from './stage.ts';
import { eventually } from '@recapito/testing';

const stage = new Stage();
let heard: Listener;

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  await stage.setClock(inAugust);
});

afterAll(() => stage.end());

/** Does something to the database as if in a past that the topic has forgotten. */
async function sql(text: string): Promise<void> {
  const client = new Client({ connectionString: (await stage.database()).migratorUrl });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** What the shipped providers name. */
const { ownBoxes } = readProgramme(new URL('../../../programmes', import.meta.url).pathname, 'inps-2010');

/** What was stated after so many records, counts of the whole apart. */
const statedAfter = (count: number) => heard.records.slice(count).filter(({ type }) => type !== directoryCensus.type);

const directoryRecordsOf = (holder: string) =>
  heard.records.filter(({ topic, key }) => topic === directoryRecord.topic && key === holder);

test('the boxes of providers and public bodies stand in the directory, each under its own id, once', async () => {
  const first = await stage.mailbox();
  await eventually(() => {
    const own = heard.of(directoryRecord).flatMap(({ boxes }) => boxes.map(({ address }) => address));
    expect(own.toSorted()).toEqual(ownBoxes.toSorted());
  });
  for (const { holder, boxes } of heard.of(directoryRecord)) {
    expect(boxes).toMatchObject([{ box: holder, service: 'provider', state: 'active' }]);
  }
  await eventually(() => expect(heard.of(calendarArmed)).toHaveLength(2));
  const before = heard.records.length;
  await first.stop();
  await stage.planMove(mario);
  await stage.mailbox();
  await eventually(() => expect(heard.directory(holderOf(mario))).toHaveLength(2));
  expect(statedAfter(before).filter(({ key }) => key !== holderOf(mario))).toEqual([]);
});

// @rule DIRECTORY-REPAIR DIRECTORY-REPAIRED
test('a start states again what the topics lack, under a higher number, and nothing else', async () => {
  await stage.planMove(anna);
  await eventually(() => expect(heard.directory(holderOf(anna))).toHaveLength(2));
  // What a broker that lost its disk leaves behind: a table that is ahead of its topics.
  await sql(`UPDATE outbox SET published_at = published_at - interval '1 hour'`);
  await sql(`UPDATE mailbox SET state = 'suspended' WHERE address = 'anna.bianchi@postacertificata.gov.it'`);
  await sql(`UPDATE armed_calendar SET version = 7 WHERE service = 'cec-pac'`);
  const before = heard.records.length;
  await stage.mailbox();
  await eventually(() => {
    expect(heard.directory(holderOf(anna))).toMatchObject([{ state: 'suspended' }, { state: 'active' }]);
    expect(heard.calendar('cec-pac')).toMatchObject({ version: 7 });
  });
  expect(directoryRecordsOf(holderOf(anna)).map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(
    statedAfter(before)
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual([holderOf(anna), 'cec-pac'].toSorted());
});

// @rule DIRECTORY-REPAIR
test('an operator has the topics compared at once, and hears how much was stated again', async () => {
  const service = await stage.mailbox();
  const repair = async () => {
    const response = await stage.ask(service, '/directory/repairs', { method: 'POST' });
    return { status: response.status, body: await response.json() };
  };
  expect(await repair()).toEqual({ status: 200, body: { services: 0, holders: 0 } });
  await sql(`UPDATE outbox SET published_at = published_at - interval '1 hour'`);
  await sql(`UPDATE mailbox SET state = 'active' WHERE address = 'anna.bianchi@postacertificata.gov.it'`);
  expect(await repair()).toEqual({ status: 200, body: { services: 0, holders: 1 } });
  await eventually(() =>
    expect(heard.directory(holderOf(anna))).toMatchObject([{ state: 'active' }, { state: 'active' }]),
  );
});
