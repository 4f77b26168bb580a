import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { instant, parseInstant } from '@recapito/primitives';
import { switched } from '@recapito/contracts';
import { Listener } from './heard.ts';
import type { House } from './house.ts';
import { openHouse } from './house.ts';
import { LineClient } from './private-dovecot.ts';
import { anna, holderOf, inAugust, inpsAddressOf, mario, Stage } from './stage.ts';
import { eventually } from '@recapito/testing';

const stage = new Stage();
let house: House;
let heard: Listener;

const bound = parseInstant('2010-09-15T22:00:00Z');

/** A session in the old box of a citizen, with one message appended. */
async function sessionWithMessage(address: string): Promise<LineClient> {
  const imap = await LineClient.open(house.dovecot.ports.imaps);
  expect(await imap.imap('a', `LOGIN ${address} right`)).toMatch(/^a OK/m);
  expect(await imap.imap('b', 'APPEND INBOX {15+}\r\nSubject: a\r\n\r\nb')).toMatch(/^b OK/m);
  expect(await imap.imap('c', 'SELECT INBOX')).toMatch(/^c OK \[READ-WRITE\]/m);
  return imap;
}

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  house = await openHouse(stage, inAugust);
  await stage.planMove(mario);
  await stage.planMove(anna);
  await eventually(() => expect(heard.directory(holderOf(anna))).toHaveLength(2));
});

afterAll(() => stage.end());

// @rule INPS-UNTOUCHED
test('a reservation leaves no trace: the old box is entered with everything, the new one is not there yet', async () => {
  const old = await LineClient.open(house.dovecot.ports.imaps);
  expect(await old.imap('a', `LOGIN ${inpsAddressOf(anna)} right`)).toMatch(/^a OK/m);
  expect(await old.imap('b', 'SELECT INBOX')).toMatch(/^\* 0 EXISTS\r\n[^]*^b OK \[READ-WRITE\]/m);
  old.close();
  const reserved = await LineClient.open(house.dovecot.ports.imaps);
  expect(await reserved.imap('a', 'LOGIN anna.bianchi@postacertificata.gov.it right')).toMatch(/\(BOX-RESERVED\)$/m);
  reserved.close();
  expect(existsSync(join(stage.store, 'homes', 'postacertificata.gov.it', 'anna.bianchi'))).toBe(false);
});

test('the switch takes the rights of a session that is open in the old box at its next command', async () => {
  const imap = await sessionWithMessage(inpsAddressOf(mario));
  await stage.askSwitch(mario, parseInstant('2010-08-02T08:00:00Z'));
  await eventually(async () => {
    const orders = await house.mailbox.platform.database?.client.switchOrder.count();
    expect(orders).toBe(1);
  });
  await stage.setClock(parseInstant('2010-08-02T10:30:00Z'));
  await eventually(() => expect(heard.of(switched)).toHaveLength(1));
  expect(await imap.imap('d', 'APPEND INBOX {15+}\r\nSubject: c\r\n\r\nd')).toMatch(/^d NO \[NOPERM\]/m);
  await imap.imap('e', 'STORE 1 +FLAGS (\\Deleted)');
  await imap.imap('f', 'EXPUNGE');
  expect(await imap.imap('g', 'FETCH 1 (FLAGS)')).not.toContain('\\Deleted');
  imap.close();
});

test('the new box opens by its address, and the old one by the codice fiscale, to be read', async () => {
  const entered = await LineClient.open(house.dovecot.ports.imaps);
  expect(await entered.imap('a', 'LOGIN Mario.Rossi@PostaCertificata.gov.it right')).toMatch(/^a OK/m);
  expect(await entered.imap('b', 'SELECT INBOX')).toMatch(/^b OK \[READ-WRITE\]/m);
  const old = await LineClient.open(house.dovecot.ports.imaps);
  expect(await old.imap('a', `LOGIN ${mario.cf} right`)).toMatch(/^a OK/m);
  expect(await old.imap('b', 'SELECT INBOX')).toMatch(/^b OK \[READ-ONLY\]/m);
  entered.close();
  old.close();
});

// @rule BOUNDARY-NO-ROW SESSIONS-ENDED
test('at the bound a live session loses its rights and is ended within a second, and a new one is refused at once', async () => {
  const imap = await sessionWithMessage(inpsAddressOf(anna));
  await stage.setClock(instant(bound - 1));
  expect(await imap.imap('d', 'APPEND INBOX {15+}\r\nSubject: c\r\n\r\nd')).toMatch(/^d OK/m);
  await stage.setClock(bound);
  const fresh = await LineClient.open(house.dovecot.ports.imaps);
  expect(await fresh.imap('a', `LOGIN ${inpsAddressOf(anna)} right`)).toMatch(
    /^a NO \[CONTACTADMIN\] .*\(INPS-END-OPEN\)$/m,
  );
  fresh.close();
  await eventually(() => imap.ended, { withinMs: 1_000 });
  const rows = await house.mailbox.platform.database?.client.mailbox.findMany({ where: { service: 'inps-trial' } });
  expect(rows?.map(({ address, state }) => `${address} ${state}`).toSorted()).toEqual([
    `${inpsAddressOf(anna)} active`,
    `${inpsAddressOf(mario)} read-only`,
  ]);
});
