import { afterAll, expect, test } from '@jest/globals';
import { derivedId } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { HoldDesk } from './hold-desk.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog, doorsOf } from './mail-client.ts';
import { comune, Stage } from './stage.ts';

const stage = new Stage();
const holder = derivedId('mailbox', comune);

afterAll(() => stage.end());

test('a public body whose box an operator holds sends no more', async () => {
  await stage.asks(new IdentityStandIn().knows(comune, 'provider', holder));
  await stage.set();
  const service = await stage.service();
  const desk = new HoldDesk(stage, service);
  await stage.listBox({ holder, box: comune }, 'provider', 'active', 1);
  const hold = async () => (await desk.hold(desk.maria, { box: comune, reason: 'segnalazione' })).status;
  await eventually(async () => expect(await hold()).toBe(201));
  const dialog = await Dialog.open(doorsOf(service).smtps, true);
  await dialog.say('EHLO municipio.example');
  expect(await dialog.say(authPlain(comune))).toMatch(/^235 /);
  expect(await dialog.say(`MAIL FROM:<${comune}>`)).toMatch(/^450 4\.7\.1 .*ABUSE-HELD/);
  dialog.vanish();
});
