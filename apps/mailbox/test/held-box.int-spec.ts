import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sendingHeld } from '@recapito/contracts';
import { derivedId, parseInstant } from '@recapito/primitives';
import type { House } from './house.ts';
import { openHouse } from './house.ts';
import { eventually } from '@recapito/testing';
import { LineClient } from './private-dovecot.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
const held = 'carla.neri@postacertificata.gov.it';
const other = 'dario.blu@postacertificata.gov.it';
const at = parseInstant('2012-01-10T10:00:00Z');
let house: House;

beforeAll(async () => {
  house = await openHouse(stage, at);
  for (const address of [held, other]) await stage.box({ address, service: 'cec-pac', state: 'active' });
});

afterAll(() => stage.end());

async function signedIn(address: string): Promise<LineClient> {
  const client = await LineClient.open(house.dovecot.ports.imaps);
  expect(await client.imap('a', `LOGIN ${address} right`)).toMatch(/^a OK/m);
  return client;
}

async function hold(): Promise<void> {
  const id = derivedId('spec-hold', String(performance.now()));
  const cause = { kind: 'messages', most: 5, minutes: 30 } as const;
  const about = { hold: id, box: held, holder: derivedId('spec-holder', held), provider: 'PostaCertificat@' };
  await stage.say(sendingHeld, id, { ...about, cause, order: null, queued: 0 }, at);
}

test('when a box is held for abuse, whoever has it open is sent away, nobody else, and may come in again', async () => {
  const [theirs, others] = [await signedIn(held), await signedIn(other)];
  await hold();
  await eventually(() => theirs.ended);
  expect(await others.imap('b', 'SELECT INBOX')).toMatch(/^b OK/m);
  const again = await signedIn(held);
  expect(await again.imap('b', 'SELECT INBOX')).toMatch(/^b OK \[READ-WRITE\]/m);
  for (const client of [others, again]) client.close();
});

test('while the mail store cannot be asked it stays to be done', async () => {
  const { client } = stage;
  const elsewhere = await stage.mailbox();
  await house.mailbox.stop();
  await hold();
  await eventually(async () => (await client.dismissal.count()) === 1);
  await elsewhere.stop();
  expect(await client.dismissal.findMany()).toEqual([expect.objectContaining({ address: held })]);
  await stage.mailbox({ RECAPITO_DOVEADM_URL: house.dovecot.doveadmUrl });
  await eventually(async () => (await client.dismissal.count()) === 0);
});
