import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { addressReserved, boxRegistered, directoryCensus, directoryRecord, switched } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { ensureTopics, isNewer } from '@recapito/messaging';
import type { RunningService } from '@recapito/platform';
import { derivedId, parseInstant } from '@recapito/primitives';
import { deleteTopics, recordsOf, servers, SpokenDirectory } from '@recapito/testing';
import { sharedSecret } from '../src/dovecot/shared-secret.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Listener } from './heard.ts';
import { eventually } from './patience.ts';
import { anna, holderOf, inAugust, mario, marioOfMilan, moveOf, nicolo, Stage } from './stage.ts';
import type { Citizen } from './stage.ts';

let stage: Stage;
let heard: Listener;
let mailbox: RunningService<PrismaClient>;
let putBack: () => Promise<void>;

const confirmed = parseInstant('2010-08-05T07:00:00Z');
const run = parseInstant('2010-08-05T10:30:00Z');

/** The shipped calendar of PostaCertificat@, with its second phase put off by two days. */
function later(): ServiceCalendar {
  const file = new URL('../../../programmes/services/cec-pac.json', import.meta.url);
  const calendar = serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8')));
  const phases = calendar.phases.map((phase) => (phase.id === 'P2' ? { ...phase, from: '2015-03-20' } : phase));
  return { ...calendar, phases };
}

/** A stage on which mario's move is planned; of this state there is a backup. */
async function backedUp(): Promise<void> {
  stage = new Stage();
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  await stage.setClock(inAugust);
  mailbox = await stage.mailbox();
  await stage.planMove(mario);
  await eventually(() => expect(heard.of(addressReserved)).toHaveLength(1));
  await mailbox.stop();
  putBack = await stage.backUp();
  mailbox = await stage.mailbox();
}

/** Puts the database alone back, and starts mailbox, which answers when it has been decided. */
async function restart(more: Readonly<Record<string, string>> = {}): Promise<void> {
  await mailbox.stop();
  await putBack();
  mailbox = await stage.start(more);
}

const asked = async (path: string, method = 'GET') => (await stage.ask(mailbox, path, { method })).status;
const restoreState = async () =>
  (await (await stage.ask(mailbox, '/restore')).json()) as { wentBackAt: string | null; forgotten: number };
const waits = () => eventually(async () => (await restoreState()).wentBackAt !== null);

async function goOn(): Promise<void> {
  expect(await asked('/restore/go-on', 'POST')).toBe(200);
  await mailbox.ready;
}

/** The moves, when the plan of each was read again. */
async function allRead(count: number) {
  const moves = () => stage.client.move.findMany({ include: { switch: true } });
  await eventually(async () => expect((await moves()).filter(({ campaign }) => campaign !== null)).toHaveLength(count));
  return moves();
}

async function boxesOf(citizen: Citizen): Promise<string[]> {
  const where = { holderId: holderOf(citizen) };
  const boxes = await stage.client.mailbox.findMany({ where, orderBy: { address: 'asc' } });
  return boxes.map(
    ({ address, state, logInName }) => `${address} ${state}${logInName === null ? '' : ` ${logInName}`}`,
  );
}

/** What every reader of the directory compares: the records of holders, counted, and the last census. */
async function countedAndSaid() {
  const spoken = new SpokenDirectory();
  const records = await recordsOf(stage, directoryRecord.topic);
  const attribute = (record: (typeof records)[number], name: string) => record.headers?.[name]?.toString() ?? '';
  let said: unknown;
  let last = { epoch: 0, number: 0 };
  for (const record of records) {
    const data: unknown = JSON.parse(record.value?.toString() ?? 'null');
    const [epoch, sequence] = [Number(attribute(record, 'ce_epoch')), Number(attribute(record, 'ce_sequence'))];
    if (attribute(record, 'ce_type').endsWith(directoryCensus.type)) {
      if (isNewer({ epoch, number: sequence }, last)) [said, last] = [data, { epoch, number: sequence }];
    } else
      spoken.note(directoryRecord, record.key?.toString() ?? '', directoryRecord.data.parse(data), sequence, epoch);
  }
  const { holders, boxes, digest } = spoken.count();
  return { counted: { holders, boxes, digest }, said };
}

describe('mailbox whose database alone was put back to before boxes were opened, switched, and a calendar armed', () => {
  let facts: number;

  beforeAll(async () => {
    await backedUp();
    await stage.planMove(anna);
    await stage.planMove(marioOfMilan);
    await stage.askSwitch(mario, confirmed);
    await eventually(() => expect(heard.of(addressReserved)).toHaveLength(3));
    await stage.setClock(run);
    await eventually(() => expect(heard.of(switched)).toHaveLength(1));
    expect((await stage.ask(mailbox, '/calendars/cec-pac/armings', { body: later() })).status).toBe(200);
    await eventually(() => expect(heard.calendar('cec-pac')).toMatchObject({ version: 2 }));
    facts = heard.records.filter(({ topic }) => topic === boxRegistered.topic).length;
    await restart();
  }, 120_000);

  afterAll(() => stage.end());

  test('answers nobody, changes nothing and says nothing before an operator has decided', async () => {
    await waits();
    expect(await asked('/mailboxes')).toBe(503);
    expect(await asked('/mailboxes/mario.rossi@postacertificata.gov.it/capabilities')).toBe(503);
    expect(await asked('/gate/log-ins', 'POST')).toBe(503);
    expect(await asked('/calendars')).toBe(503);
    expect(await asked('/directory/repairs', 'POST')).toBe(503);
    expect(await boxesOf(anna)).toEqual([]);
    expect(heard.records.filter(({ topic }) => topic === boxRegistered.topic)).toHaveLength(facts);
  });

  test('then has every box, state and calendar that it had published', async () => {
    await goOn();
    expect(await boxesOf(mario)).toEqual([
      'mario.rossi@postacertificata.gov.it active',
      'rssmra80a01h501u@inpspec.gov.it read-only rssmra80a01h501u',
    ]);
    expect(await boxesOf(anna)).toEqual([
      'anna.bianchi@postacertificata.gov.it reserved',
      'bncnna85t71f205p@inpspec.gov.it active bncnna85t71f205p',
    ]);
    const calendar = (await (await stage.ask(mailbox, '/calendars/cec-pac')).json()) as { version: number };
    expect(calendar).toMatchObject({ version: 2, armedBy: 'operator' });
    expect(await restoreState()).toMatchObject({ wentBackAt: null, forgotten: 0 });
  });

  test('reads again what it was told since, and says none of it twice', async () => {
    const moves = await allRead(3);
    expect(moves.every(({ sourceId, targetId }) => sourceId !== null && targetId !== null)).toBe(true);
    expect(moves.find(({ id }) => id === moveOf(mario))?.switch?.switchedAt).toEqual(new Date(run));
    expect(heard.records.filter(({ topic }) => topic === boxRegistered.topic)).toHaveLength(facts);
    await stage.planMove(nicolo);
    await stage.planMove({ ...mario, cf: 'RSSMRA60A01L219X' });
    await eventually(() => expect(heard.of(addressReserved)).toHaveLength(5));
    const reserved = heard.of(addressReserved).map(({ address }) => address);
    expect(reserved.slice(3).toSorted()).toEqual([
      'mario.rossi3@postacertificata.gov.it',
      'nicolo.dangelo@postacertificata.gov.it',
    ]);
  });

  test('counts what the readers of its directory hold', async () => {
    expect(await asked('/directory/repairs', 'POST')).toBe(200);
    await eventually(async () => {
      const { counted, said } = await countedAndSaid();
      expect(said).toMatchObject(counted);
    });
    expect((await countedAndSaid()).said).toMatchObject({ calendars: { 'cec-pac': 2 } });
  });
});

describe('mailbox whose database was put back and contradicts what it had published', () => {
  const address = 'anna.bianchi@postacertificata.gov.it';
  const capability = () => asked(`/mailboxes/${address}/capabilities`);
  const annas = () => heard.records.findLast(({ key }) => key === holderOf(anna))?.data;

  async function logIn(name: string): Promise<unknown> {
    const response = await fetch(new URL('/gate/log-ins', mailbox.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sharedSecret(stage.store, 'gate.token')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name, secret: 'a secret', door: 'imap' }),
    });
    return response.json();
  }

  beforeAll(async () => {
    await backedUp();
    await stage.planMove(anna);
    await eventually(() => expect(heard.of(addressReserved)).toHaveLength(2));
    await mailbox.stop();
    await putBack();
    // In the time that is forgotten the address was given to anna, and before that was found, to somebody else.
    await stage.box({ address, service: 'cec-pac', state: 'active' });
    mailbox = await stage.start();
    await waits();
    await goOn();
  }, 120_000);

  afterAll(() => stage.end());

  test('answers nothing about the boxes of both, and tells the readers of its directory so; others are served', async () => {
    expect(await capability()).toBe(503);
    expect(await logIn(address)).toEqual({ outcome: 'unavailable' });
    expect(await asked('/mailboxes/rssmra80a01h501u@inpspec.gov.it/capabilities')).toBe(200);
    await eventually(() =>
      expect(annas()).toMatchObject({ boxes: [{ address: 'bncnna85t71f205p@inpspec.gov.it' }], undecided: true }),
    );
    const other = derivedId('spec-holder', address);
    await eventually(() =>
      expect(heard.records.findLast(({ key }) => key === other)?.data).toMatchObject({ undecided: true }),
    );
    await eventually(async () => {
      const { counted, said } = await countedAndSaid();
      expect(said).toMatchObject(counted);
    });
  });

  test('answers again when an operator has set aside what was published', async () => {
    const { items } = (await (await stage.ask(mailbox, '/restore/forgotten?limit=100')).json()) as {
      items: { id: string; type: string }[];
    };
    expect(items.map(({ type }) => type).toSorted()).toEqual(['address-reserved', 'directory-record']);
    for (const { id } of items) expect(await asked(`/restore/forgotten/${id}/set-aside`, 'POST')).toBe(200);
    expect(await capability()).toBe(200);
    expect(await asked('/directory/repairs', 'POST')).toBe(200);
    await eventually(() => expect(annas()).not.toHaveProperty('undecided'));
  });
});

describe('mailbox whose database was put back while the broker lost a topic', () => {
  beforeEach(async () => {
    await backedUp();
    await stage.planMove(anna);
    await stage.askSwitch(mario, confirmed);
    await eventually(() => expect(heard.of(addressReserved)).toHaveLength(2));
    await stage.setClock(run);
    await eventually(() => expect(heard.of(switched)).toHaveLength(1));
    await mailbox.stop();
  }, 120_000);

  afterEach(() => stage.end());

  async function lose(topic: TopicName): Promise<void> {
    await deleteTopics(stage, [topic]);
    await ensureTopics(servers().kafkaBrokers, stage.namespace, [topic]);
  }

  const typesToldOf = async (citizen: Citizen) =>
    (await stage.told(boxRegistered.topic, holderOf(citizen))).map(({ type }) => type);

  async function whole(): Promise<void> {
    await allRead(2);
    expect(await boxesOf(anna)).toEqual([
      'anna.bianchi@postacertificata.gov.it reserved',
      'bncnna85t71f205p@inpspec.gov.it active bncnna85t71f205p',
    ]);
    expect(await boxesOf(mario)).toEqual([
      'mario.rossi@postacertificata.gov.it active',
      'rssmra80a01h501u@inpspec.gov.it read-only rssmra80a01h501u',
    ]);
    expect(await restoreState()).toMatchObject({ wentBackAt: null, forgotten: 0 });
    await eventually(async () => {
      const orders = await stage.client.switchOrder.findMany();
      expect(orders).toMatchObject([{ switchedAt: new Date(run), refusal: null }]);
    });
  }

  test('of its directory: rebuilds the boxes from its other facts, by itself where that is configured', async () => {
    await lose(directoryRecord.topic);
    await restart({ RECAPITO_GO_ON_AFTER_RESTORE: 'true' });
    await mailbox.ready;
    await whole();
    expect(await typesToldOf(anna)).toEqual([]);
    await eventually(async () => {
      const { counted, said } = await countedAndSaid();
      expect(said).toMatchObject({ ...counted, boxes: 14 });
    });
  });

  test('of its facts: adopts the boxes, and says again what nobody can have read', async () => {
    await lose(boxRegistered.topic);
    await restart();
    await waits();
    await goOn();
    await whole();
    await eventually(async () => expect(await typesToldOf(anna)).toEqual(['box-registered', 'address-reserved']));
    expect(await typesToldOf(mario)).toEqual(['box-registered', 'address-reserved', 'switched']);
  });
});
