import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addressReserved, boxRegistered, directoryRecord, switched } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { ensureTopics } from '@recapito/messaging';
import { deleteTopics, eventually, servers } from '@recapito/testing';
import { BackedUpMailbox, confirmed, run } from './backed-up-mailbox.ts';
import { CertifiedMailProcess } from './certified-mail-process.ts';
import { anna, holderOf, mario } from './stage.ts';
import type { Citizen } from './stage.ts';

let house: BackedUpMailbox;

describe('mailbox whose database went back while it worked, beside certified-mail', () => {
  let certifiedMail: CertifiedMailProcess;

  beforeAll(async () => {
    house = await BackedUpMailbox.open();
    await house.stage.planMove(anna);
    await house.stage.askSwitch(mario, confirmed);
    await eventually(() => expect(house.heard.of(addressReserved)).toHaveLength(2));
    await house.stage.setClock(run);
    await eventually(() => expect(house.heard.of(switched)).toHaveLength(1));
    certifiedMail = await CertifiedMailProcess.open(house.stage);
    await eventually(async () => expect(await certifiedMail.gate()).toMatchObject({ state: 'ok', boxes: 14 }));
    await house.putBack();
    await house.waits();
  });

  afterAll(() => house.stage.end());

  // @rule POSITION-WENT-BACK
  test('answers nobody from then on; the gate goes on with what was published', async () => {
    expect(await house.asked('/mailboxes/mario.rossi@postacertificata.gov.it/capabilities')).toBe(503);
    expect(await certifiedMail.gate()).toMatchObject({ state: 'ok', boxes: 14 });
  });

  test('the gate answers with the next census, and knows every box as it was published', async () => {
    expect(await house.asked('/restore/go-on', 'POST')).toBe(200);
    await eventually(async () => expect(await house.asked('/calendars')).toBe(200));
    expect(await house.asked('/directory/repairs', 'POST')).toBe(200);
    await eventually(async () => {
      const finding = await certifiedMail.gate();
      expect(finding).toMatchObject({ state: 'ok', boxes: 14, boxesByCensus: 14 });
      expect(finding.epoch).toBeGreaterThan(0);
    });
    expect(await house.allRead(2)).toHaveLength(2);
    expect(house.heard.of(addressReserved)).toHaveLength(2);
    expect(house.heard.of(switched)).toHaveLength(1);
  });
});

describe('mailbox whose database was put back while the broker lost a topic', () => {
  beforeEach(async () => {
    house = await BackedUpMailbox.open();
    await house.stage.planMove(anna);
    await house.stage.askSwitch(mario, confirmed);
    await eventually(() => expect(house.heard.of(addressReserved)).toHaveLength(2));
    await house.stage.setClock(run);
    await eventually(() => expect(house.heard.of(switched)).toHaveLength(1));
    await house.mailbox.stop();
  });

  afterEach(() => house.stage.end());

  async function lose(topic: TopicName): Promise<void> {
    await deleteTopics(house.stage, [topic]);
    await ensureTopics(servers().kafkaBrokers, house.stage.namespace, [topic]);
  }

  const typesToldOf = async (citizen: Citizen) =>
    (await house.stage.told(boxRegistered.topic, holderOf(citizen))).map(({ type }) => type);

  async function whole(): Promise<void> {
    await house.allRead(2);
    expect(await house.boxesOf(anna)).toEqual([
      'anna.bianchi@postacertificata.gov.it reserved',
      'bncnna85t71f205p@inpspec.gov.it active bncnna85t71f205p',
    ]);
    expect(await house.boxesOf(mario)).toEqual([
      'mario.rossi@postacertificata.gov.it active',
      'rssmra80a01h501u@inpspec.gov.it read-only rssmra80a01h501u',
    ]);
    expect(await house.restoreState()).toMatchObject({ wentBackAt: null, forgotten: 0 });
    await eventually(async () => {
      const orders = await house.stage.client.switchOrder.findMany();
      expect(orders).toMatchObject([{ switchedAt: new Date(run), refusal: null }]);
    });
  }

  // @rule MAILBOX-REBUILDS
  test('of its directory: rebuilds the boxes from its other facts, by itself where that is configured', async () => {
    await lose(directoryRecord.topic);
    await house.restart({ RECAPITO_GO_ON_AFTER_RESTORE: 'true' });
    await house.mailbox.ready;
    await whole();
    expect(await typesToldOf(anna)).toEqual([]);
    await eventually(async () => {
      const { counted, said } = await house.countedAndSaid();
      expect(said).toMatchObject({ ...counted, boxes: 14 });
    });
  });

  // @rule DIRECTORY-ADOPTED
  test('of its facts: adopts the boxes, and says again what nobody can have read', async () => {
    await lose(boxRegistered.topic);
    await house.restart();
    await house.waits();
    await house.goOn();
    await whole();
    await eventually(async () => expect(await typesToldOf(anna)).toEqual(['box-registered', 'address-reserved']));
    expect(await typesToldOf(mario)).toEqual(['box-registered', 'address-reserved', 'switched']);
  });
});
