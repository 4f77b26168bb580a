import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addressRefused, addressReserved, boxRegistered, directoryRecord, switched } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Listener } from './heard.ts';
import { anna, holderOf, inAugust, inpsAddressOf, mario, marioOfMilan, moveOf, nicolo, Stage } from './stage.ts';
import { eventually } from '@recapito/testing';

const stage = new Stage();
let mailbox: RunningService<PrismaClient>;
let heard: Listener;

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  await stage.setClock(inAugust);
  mailbox = await stage.mailbox();
});

afterAll(() => stage.end());

/** What the tables say of a person's boxes: address and state. */
async function boxesOf(citizen: typeof mario): Promise<string[]> {
  const boxes = await mailbox.platform.database?.client.mailbox.findMany({
    where: { holderId: holderOf(citizen) },
    orderBy: { address: 'asc' },
  });
  return (boxes ?? []).map(({ address, state }) => `${address} ${state}`);
}

async function earliestDue(): Promise<number | null> {
  return (await stage.rehearsalState()).earliestDue;
}

describe('a planned move', () => {
  test('makes the INPS box known, whatever the case of its address, and reserves nome.cognome', async () => {
    await stage.planMove(mario);
    await eventually(() => expect(heard.of(addressReserved)).toHaveLength(1));
    expect(heard.of(boxRegistered)).toMatchObject([
      {
        holder: holderOf(mario),
        address: 'rssmra80a01h501u@inpspec.gov.it',
        service: 'inps-trial',
        move: moveOf(mario),
      },
    ]);
    expect(heard.of(addressReserved)).toMatchObject([
      {
        holder: holderOf(mario),
        address: 'mario.rossi@postacertificata.gov.it',
        service: 'cec-pac',
        move: moveOf(mario),
      },
    ]);
    await eventually(() =>
      expect(heard.directory(holderOf(mario))).toMatchObject([
        { address: 'mario.rossi@postacertificata.gov.it', service: 'cec-pac', state: 'reserved', partner: null },
        { address: 'rssmra80a01h501u@inpspec.gov.it', service: 'inps-trial', state: 'active', partner: null },
      ]),
    );
  });

  // @rule MOVE-PREPARED-ONCE
  test('planned again changes nothing and says nothing', async () => {
    const before = heard.records.length;
    await stage.planMove(mario);
    await stage.planMove(anna);
    await eventually(() => expect(heard.directory(holderOf(anna))).toHaveLength(2));
    expect(heard.records.slice(before).filter(({ key }) => key === holderOf(mario))).toEqual([]);
    expect(await boxesOf(mario)).toEqual([
      'mario.rossi@postacertificata.gov.it reserved',
      'rssmra80a01h501u@inpspec.gov.it active',
    ]);
  });

  test('of a second Mario Rossi gets the number 2', async () => {
    await stage.planMove(marioOfMilan);
    await eventually(() =>
      expect(heard.directory(holderOf(marioOfMilan))?.map(({ address }) => address)).toContain(
        'mario.rossi2@postacertificata.gov.it',
      ),
    );
  });

  test('of somebody whose name has no letter for an address is refused with the reason; the old box is known', async () => {
    const nameless = { cf: 'FOXLAX00B29L219T', nome: '李', cognome: '王' };
    await stage.planMove(nameless);
    await eventually(() => expect(heard.of(addressRefused)).toHaveLength(1));
    expect(heard.of(addressRefused)[0]).toMatchObject({
      holder: holderOf(nameless),
      refusal: { refused: 'name/not-addressable', rule: 'ADDRESS-NAME' },
    });
    expect(await boxesOf(nameless)).toEqual(['foxlax00b29l219t@inpspec.gov.it active']);
  });

  // @rule MAILBOX-ONE-HOLDER
  test('for a box that is somebody else’s is refused, and that box stays as it was', async () => {
    const thief = { cf: 'VRDGLI90E43Z112U', nome: 'Giulia', cognome: 'Verdi' };
    await stage.planMove(thief, { source: { service: 'inps-trial', address: inpsAddressOf(anna).toUpperCase() } });
    await eventually(() => expect(heard.of(addressRefused)).toHaveLength(2));
    expect(heard.of(addressRefused)[1]).toMatchObject({ refusal: { refused: 'mailbox/of-somebody-else' } });
    expect(await boxesOf(thief)).toEqual([]);
  });

  test('for somebody who has a PostaCertificat@ box already is refused: one each', async () => {
    await stage.planMove(mario, { move: '8c8f6b0e-0f0c-8a51-9e0d-6b3f3a1c2d4e' });
    await eventually(() => expect(heard.of(addressRefused)).toHaveLength(3));
    expect(heard.of(addressRefused)[2]).toMatchObject({
      refusal: { refused: 'mailbox/already-held', rule: 'BOX-ONE-EACH' },
    });
    expect(await boxesOf(mario)).toHaveLength(2);
  });
});

describe('a switch', () => {
  // @rule SWITCH-RUN
  test('waits for the next provisioning run, which is what the driver of a rehearsal is told', async () => {
    await stage.askSwitch(mario, parseInstant('2010-08-02T08:00:00Z'));
    await eventually(async () => expect(await earliestDue()).toBe(parseInstant('2010-08-02T10:30:00Z')));
    await stage.setClock(parseInstant('2010-08-02T10:29:59.999Z'));
    expect(await boxesOf(mario)).toEqual([
      'mario.rossi@postacertificata.gov.it reserved',
      'rssmra80a01h501u@inpspec.gov.it active',
    ]);
  });

  // @rule DIRECTORY-WHOLE MOVE-ONE-SENDER
  test('happens in one instant: one fact, one directory record, never two boxes that send', async () => {
    const run = parseInstant('2010-08-02T10:30:00Z');
    await stage.setClock(run);
    await eventually(() => expect(heard.of(switched)).toHaveLength(1));
    expect(heard.of(switched)).toEqual([
      {
        holder: holderOf(mario),
        move: moveOf(mario),
        from: 'rssmra80a01h501u@inpspec.gov.it',
        to: 'mario.rossi@postacertificata.gov.it',
        confirmedAt: parseInstant('2010-08-02T08:00:00Z'),
        switchedAt: run,
      },
    ]);
    await eventually(() =>
      expect(heard.directory(holderOf(mario))).toMatchObject([{ state: 'active' }, { state: 'read-only' }]),
    );
    for (const { boxes } of heard.of(directoryRecord)) {
      expect(boxes.filter(({ state }) => state === 'active').length).toBeLessThanOrEqual(1);
    }
  });

  // @rule DIRECTORY-BEFORE-FACTS
  test('is told by the directory before it is told as a fact', async () => {
    const told = await mailbox.platform.database?.client.outboxRow.findMany({
      where: { key: holderOf(mario) },
      orderBy: { seq: 'desc' },
      take: 2,
    });
    expect(told?.map(({ topic }) => topic)).toEqual(['mailbox.mailboxes.v1', 'mailbox.directory.v1']);
  });

  test('asked twice is made once', async () => {
    await stage.askSwitch(mario, parseInstant('2010-08-02T08:00:00Z'));
    await stage.askSwitch(anna, parseInstant('2010-08-02T12:00:00Z'));
    await stage.askSwitch(anna, parseInstant('2010-08-02T12:00:00Z'));
    await eventually(async () => expect(await earliestDue()).toBe(parseInstant('2010-08-02T16:30:00Z')));
    await stage.setClock(parseInstant('2010-08-02T16:30:00Z'));
    await eventually(() => expect(heard.of(switched).map(({ holder }) => holder)).toContain(holderOf(anna)));
    await eventually(async () => expect(await earliestDue()).toBeGreaterThan(parseInstant('2010-08-02T16:30:00Z')));
    expect(heard.of(switched)).toHaveLength(2);
  });

  // @rule SWITCH-LATE
  test('that comes more than a day late is made all the same, with its true instant', async () => {
    await stage.planMove(nicolo);
    await stage.askSwitch(nicolo, parseInstant('2010-08-02T12:00:00Z'));
    await eventually(() =>
      expect(heard.of(switched).find(({ holder }) => holder === holderOf(nicolo))).toMatchObject({
        to: 'nicolo.dangelo@postacertificata.gov.it',
      }),
    );
    await stage.planMove({ cf: 'LLAEAX61R60G273W', nome: 'Ea', cognome: 'Aiello' });
    await stage.setClock(parseInstant('2010-08-05T07:00:00Z'));
    await stage.askSwitch(
      { cf: 'LLAEAX61R60G273W', nome: 'Ea', cognome: 'Aiello' },
      parseInstant('2010-08-03T07:00:00Z'),
    );
    await eventually(() =>
      expect(heard.of(switched).find(({ to }) => to === 'ea.aiello@postacertificata.gov.it')).toMatchObject({
        switchedAt: parseInstant('2010-08-05T07:00:00Z'),
      }),
    );
    const figures = await (await fetch(`${mailbox.management}/metrics`)).text();
    expect(figures).toMatch(/recapito_switches_total\{outcome="late",service="mailbox"\} 1/);
  });

  // @rule SWITCH-RESERVED
  test('of a move for which nothing is reserved is kept for somebody to look at', async () => {
    const nameless = { cf: 'FOXLAX00B29L219T', nome: '李', cognome: '王' };
    await stage.askSwitch(nameless, parseInstant('2010-08-05T07:00:00Z'));
    const kept = () => mailbox.platform.database?.client.deadLetter.findMany();
    await eventually(async () =>
      expect(await kept()).toMatchObject([{ cause: expect.stringContaining('move/nothing-reserved') }]),
    );
  });
});
