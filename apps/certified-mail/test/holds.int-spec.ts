import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { after } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { removeOperator } from '@recapito/installation';
import { from, HoldStage, order } from './hold-stage.ts';
import { sendMail } from './mail-client.ts';
import type { Dialog } from './mail-client.ts';
import { mail, quiet, submit } from './post.ts';
import { anna, comune, inAugust, mario, provincia } from './stage.ts';

const held = new HoldStage();
const { stage } = held;
const asMario = { user: mario.box };
/** Mario's session at the portal, from before all this. */
let session: string;

beforeAll(async () => {
  await held.set();
  session = await stage.citizenToken(mario.holder, 'pin');
});

afterAll(() => stage.end());

const again = mail(mario.box, comune, ['Subject: Ancora', 'Message-ID: <ancora@casa.example>']);

describe('a box that sends more than anybody does', () => {
  const before: Dialog[] = [];

  beforeAll(async () => {
    for (const each of [held.service, held.twin]) before.push(await held.signedIn(each));
  });

  test('is held with the first message too many, also when they come at once and by two processes: no more are accepted', async () => {
    held.network = 'is-cut';
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, nth) =>
        sendMail(stage, nth % 2 === 0 ? held.service : held.twin, asMario, from(mario.box, `Raffica ${nth}`)),
      ),
    );
    expect(answers.filter(({ code }) => code === 250)).toHaveLength(5);
    expect(answers.filter(({ code }) => code === 450)).toHaveLength(3);
    const refused = answers.find(({ code }) => code === 450);
    expect(refused?.words).toMatch(/^4\.7\.1 .*sospesi.*ABUSE-HELD/);
    expect(await held.desk.holds()).toEqual([expect.objectContaining({ box: mario.box, state: 'held', queued: 5 })]);
  });

  test('is told once, with all that others need to act on it', async () => {
    const told = await stage.told('certified-mail.holds.v1');
    expect(told).toEqual([
      expect.objectContaining({
        type: 'sending-held',
        sequence: 1,
        time: inAugust,
        data: {
          hold: (await held.desk.holdOf(mario.box)).id,
          box: mario.box,
          holder: mario.holder,
          provider: 'INPS - Gestore della posta elettronica certificata',
          cause: { kind: 'messages', most: 5, minutes: 30 },
          order,
          queued: 5,
        },
      }),
    ]);
  });

  // @rule ABUSE-SESSIONS-END
  test('its connections that were open are ended, also by the other process, and its session at the portal', async () => {
    for (const dialog of before)
      await eventually(() => expect(dialog.say('NOOP')).rejects.toThrow(/421 4\.7\.0|closed/));
    const { status } = await submit(held.service, session, mail(mario.box, comune, ['Subject: Dal portale']));
    expect(status).toBe(401);
  });

  // @rule ABUSE-HELD
  test('is told at MAIL FROM, over HTTP by 429; the others send', async () => {
    const dialog = await held.signedIn(held.service);
    expect(await dialog.say(`MAIL FROM:<${mario.box}>`)).toMatch(/^450 4\.7\.1 .*ABUSE-HELD/);
    dialog.vanish();
    const { status, body } = await held.write(mario.holder, 'pin', again, 'ancora');
    expect({ status, rule: body.rule }).toEqual({ status: 429, rule: 'ABUSE-HELD' });
    expect((await sendMail(stage, held.service, { user: anna.box }, from(anna.box, 'Altra casella'))).code).toBe(250);
  });

  // @rule ABUSE-HELD
  test('what had not left stays here, and whom it reached is listed page by page', async () => {
    const { id } = await held.desk.holdOf(mario.box);
    const read = (query: string) => held.desk.reachedBy(id, query);
    const first = await read('?limit=3');
    const second = await read(`?limit=3&after=${first.next}`);
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, null]);
    for (const each of [...first.items, ...second.items])
      expect(each).toMatchObject({ address: comune, state: 'dispatched', held: true, at: '2010-08-02T07:00:00.000Z' });
    expect((await read('?since=2010-08-02T09:00:00.001%2B02:00')).items).toEqual([]);
    await held.inNobodysHand(mario.box);
    held.network = 'brings';
    await quiet(held.service);
    expect(stage.store.messagesOf(comune).filter((message) => message.includes('Raffica'))).toEqual([]);
  });
});

describe('its release', () => {
  let id: string;
  let request: string;

  // @rule ABUSE-TWO-PERSONS
  test('is asked for by one person, who cannot confirm it', async () => {
    ({ id } = await held.desk.holdOf(mario.box));
    const { status, body } = await held.desk.ask(held.desk.maria, id, 'send');
    expect(status).toBe(201);
    expect((await held.desk.ask(held.desk.maria, id, 'send')).body.id).toBe(body.id);
    request = body.id;
    const alone = await held.desk.confirm(held.desk.maria, id, request);
    expect({ status: alone.status, type: alone.body.type }).toEqual({ status: 403, type: 'approval/same-person' });
  });

  test('is asked for in one way at a time', async () => {
    const other = await held.desk.ask(held.desk.luca, id, 'return');
    expect({ status: other.status, type: other.body.type }).toEqual({ status: 409, type: 'hold/asked-already' });
  });

  test('can be taken back, and then confirms nothing', async () => {
    expect((await held.desk.withdraw(held.desk.luca, id, request)).status).toBe(204);
    expect((await held.desk.confirm(held.desk.luca, id, request)).body.type).toBe('hold/not-asked');
    expect((await held.desk.withdraw(held.desk.luca, id, request)).status).toBe(409);
  });

  test('is not confirmed when who asked is no operator any more', async () => {
    const gone = stage.operator('rosa.gialli');
    const { body } = await held.desk.ask(gone, id, 'send');
    removeOperator(stage.secrets, 'rosa.gialli');
    expect((await held.desk.confirm(held.desk.luca, id, body.id)).body.type).toBe('approval/person-gone');
    await held.desk.withdraw(held.desk.luca, id, body.id);
  });

  // @rule ABUSE-TWO-PERSONS
  test('by two lets go what was held: it arrives, and the box sends again, what it was refused under the same key too', async () => {
    await held.desk.release(mario.box, 'send');
    await quiet(held.service);
    expect(stage.store.messagesOf(comune).filter((message) => message.includes('Raffica'))).toHaveLength(5);
    await stage.setClock(after(inAugust, 1_000));
    expect((await held.write(mario.holder, 'pin', again, 'ancora')).status).toBe(201);
    for (let nth = 2; nth <= 5; nth++)
      expect((await sendMail(stage, held.service, asMario, from(mario.box, `Dopo ${nth}`))).code).toBe(250);
    expect((await sendMail(stage, held.service, asMario, from(mario.box, 'Dopo 6'))).code).toBe(450);
    await held.desk.release(mario.box, 'send');
    const facts = (await stage.told('certified-mail.holds.v1', id)).map(({ type, sequence }) => `${sequence} ${type}`);
    expect(facts).toEqual([
      '1 sending-held',
      '2 release-asked',
      '3 release-withdrawn',
      '4 release-asked',
      '5 release-withdrawn',
      '6 release-asked',
      '7 sending-released',
    ]);
  });

  test('is over once: confirmed again by the same person it is done, by anybody else it is too late', async () => {
    const [, last] = await held.desk.holds(`?state=released&box=${mario.box}`);
    expect(last?.id).toBe(id);
    const confirmedRequest = last?.request?.id ?? '';
    expect((await held.desk.confirm(held.desk.luca, id, confirmedRequest)).status).toBe(200);
    expect((await held.desk.confirm(held.desk.maria, id, confirmedRequest)).body.type).toBe('hold/released');
    expect((await held.desk.ask(held.desk.maria, id, 'send')).body.type).toBe('hold/released');
  });
});

describe('a box that writes to more than anybody does', () => {
  const luigi = { holder: '0b54a0f1-9d9f-8a49-a0a5-9f6a3c1a0c11', box: 'vrdlgu75b02f205x@inpspec.gov.it' };
  const anagrafe = 'anagrafe@pec.comune.borgovento.example';
  const fourth = 'protocollo@pec.comune.montefiorito.example';

  test('is held by the message that goes beyond, whose addresses count each once', async () => {
    await stage.listBox(luigi, 'inps-trial', 'active', 1);
    held.identity.knows('vrdlgu75b02f205x', 'inps-trial', luigi.holder);
    const send = async (to: string[]) =>
      await eventually(async () => {
        const answer = await sendMail(stage, held.service, { user: luigi.box }, from(luigi.box, to.join(' '), to));
        expect(answer.code).not.toBe(535);
        return answer.code;
      });
    expect(await send([comune, provincia])).toBe(250);
    expect(await send([comune, anagrafe])).toBe(250);
    expect(await send([fourth])).toBe(450);
    expect((await held.desk.holdOf(luigi.box)).cause).toEqual({ kind: 'recipients', most: 3, minutes: 60 });
  });
});
