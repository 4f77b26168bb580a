import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { addressReserved, boxRegistered, switched } from '@recapito/contracts';
import { derivedId } from '@recapito/primitives';
import { sharedSecret } from '../src/dovecot/shared-secret.ts';
import { BackedUpMailbox, confirmed, run } from './backed-up-mailbox.ts';
import { eventually } from '@recapito/testing';
import { anna, holderOf, mario, marioOfMilan, moveOf, nicolo } from './stage.ts';

let house: BackedUpMailbox;

/** The shipped calendar of PostaCertificat@, with its second phase put off by two days. */
function later(): ServiceCalendar {
  const file = new URL('../../../programmes/services/cec-pac.json', import.meta.url);
  const calendar = serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8')));
  const phases = calendar.phases.map((phase) => (phase.id === 'P2' ? { ...phase, from: '2015-03-20' } : phase));
  return { ...calendar, phases };
}

describe('mailbox whose database alone was put back to before boxes were opened, switched, and a calendar armed', () => {
  let facts: number;

  beforeAll(async () => {
    house = await BackedUpMailbox.open();
    await house.stage.planMove(anna);
    await house.stage.planMove(marioOfMilan);
    await house.stage.askSwitch(mario, confirmed);
    await eventually(() => expect(house.heard.of(addressReserved)).toHaveLength(3));
    await house.stage.setClock(run);
    await eventually(() => expect(house.heard.of(switched)).toHaveLength(1));
    expect((await house.stage.ask(house.mailbox, '/calendars/cec-pac/armings', { body: later() })).status).toBe(200);
    await eventually(() => expect(house.heard.calendar('cec-pac')).toMatchObject({ version: 2 }));
    facts = house.heard.records.filter(({ topic }) => topic === boxRegistered.topic).length;
    await house.restart();
  });

  afterAll(() => house.stage.end());

  // @rule RESTORE-DOORS-CLOSED RESTORE-ADOPTED
  test('answers nobody, changes nothing and says nothing before an operator has decided', async () => {
    await house.waits();
    expect(await house.asked('/mailboxes')).toBe(503);
    expect(await house.asked('/mailboxes/mario.rossi@postacertificata.gov.it/capabilities')).toBe(503);
    expect(await house.asked('/gate/log-ins', 'POST')).toBe(503);
    expect(await house.asked('/calendars')).toBe(503);
    expect(await house.asked('/directory/repairs', 'POST')).toBe(503);
    expect(await house.boxesOf(anna)).toEqual([]);
    expect(house.heard.records.filter(({ topic }) => topic === boxRegistered.topic)).toHaveLength(facts);
  });

  // @rule RESTORE-ADOPTED CALENDAR-ADOPTED DIRECTORY-ADOPTED MAILBOX-REBUILDS
  test('then has every box, state and calendar that it had published', async () => {
    await house.goOn();
    expect(await house.boxesOf(mario)).toEqual([
      'mario.rossi@postacertificata.gov.it active',
      'rssmra80a01h501u@inpspec.gov.it read-only rssmra80a01h501u',
    ]);
    expect(await house.boxesOf(anna)).toEqual([
      'anna.bianchi@postacertificata.gov.it reserved',
      'bncnna85t71f205p@inpspec.gov.it active bncnna85t71f205p',
    ]);
    const calendar = (await (await house.stage.ask(house.mailbox, '/calendars/cec-pac')).json()) as { version: number };
    expect(calendar).toMatchObject({ version: 2, armedBy: 'operator' });
    expect(await house.restoreState()).toMatchObject({ wentBackAt: null, forgotten: 0 });
  });

  // @rule MOVE-ADOPTED
  test('reads again what it was told since, and says none of it twice', async () => {
    const moves = await house.allRead(3);
    expect(moves.every(({ sourceId, targetId }) => sourceId !== null && targetId !== null)).toBe(true);
    expect(moves.find(({ id }) => id === moveOf(mario))?.switch?.switchedAt).toEqual(new Date(run));
    expect(house.heard.records.filter(({ topic }) => topic === boxRegistered.topic)).toHaveLength(facts);
    await house.stage.planMove(nicolo);
    await house.stage.planMove({ ...mario, cf: 'RSSMRA60A01L219X' });
    await eventually(() => expect(house.heard.of(addressReserved)).toHaveLength(5));
    const reserved = house.heard.of(addressReserved).map(({ address }) => address);
    expect(reserved.slice(3).toSorted()).toEqual([
      'mario.rossi3@postacertificata.gov.it',
      'nicolo.dangelo@postacertificata.gov.it',
    ]);
  });

  test('counts what the readers of its directory hold', async () => {
    expect(await house.asked('/directory/repairs', 'POST')).toBe(200);
    await eventually(async () => {
      const { counted, said } = await house.countedAndSaid();
      expect(said).toMatchObject(counted);
    });
    expect((await house.countedAndSaid()).said).toMatchObject({ calendars: { 'cec-pac': 2 } });
  });
});

describe('mailbox whose database was put back and contradicts what it had published', () => {
  const address = 'anna.bianchi@postacertificata.gov.it';
  const capability = () => house.asked(`/mailboxes/${address}/capabilities`);
  const annas = () => house.heard.records.findLast(({ key }) => key === holderOf(anna))?.data;

  async function logIn(name: string): Promise<unknown> {
    const response = await fetch(new URL('/gate/log-ins', house.mailbox.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sharedSecret(house.stage.store, 'gate.token')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name, secret: 'a secret', door: 'imap' }),
    });
    return response.json();
  }

  beforeAll(async () => {
    house = await BackedUpMailbox.open();
    await house.stage.planMove(anna);
    await eventually(() => expect(house.heard.of(addressReserved)).toHaveLength(2));
    await house.mailbox.stop();
    await house.putBack();
    // In the time that is forgotten the address was given to anna, and before that was found, to somebody else.
    await house.stage.box({ address, service: 'cec-pac', state: 'active' });
    await house.start();
    await house.waits();
    await house.goOn();
  });

  afterAll(() => house.stage.end());

  // @rule BOXES-UNDECIDED DIRECTORY-ADOPTED
  test('answers nothing about the boxes of both, and tells the readers of its directory so; others are served', async () => {
    expect(await capability()).toBe(503);
    expect(await logIn(address)).toEqual({ outcome: 'unavailable' });
    expect(await house.asked('/mailboxes/rssmra80a01h501u@inpspec.gov.it/capabilities')).toBe(200);
    await eventually(() =>
      expect(annas()).toMatchObject({ boxes: [{ address: 'bncnna85t71f205p@inpspec.gov.it' }], undecided: true }),
    );
    const other = derivedId('spec-holder', address);
    await eventually(() =>
      expect(house.heard.records.findLast(({ key }) => key === other)?.data).toMatchObject({ undecided: true }),
    );
    await eventually(async () => {
      const { counted, said } = await house.countedAndSaid();
      expect(said).toMatchObject(counted);
    });
  });

  test('answers again when an operator has set aside what was published', async () => {
    const { items } = (await (await house.stage.ask(house.mailbox, '/restore/forgotten?limit=100')).json()) as {
      items: { id: string; type: string }[];
    };
    expect(items.map(({ type }) => type).toSorted()).toEqual(['address-reserved', 'directory-record']);
    for (const { id } of items) expect(await house.asked(`/restore/forgotten/${id}/set-aside`, 'POST')).toBe(200);
    expect(await capability()).toBe(200);
    expect(await house.asked('/directory/repairs', 'POST')).toBe(200);
    await eventually(() => expect(annas()).not.toHaveProperty('undecided'));
  });
});
