import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { after } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { removeOperator } from '@recapito/tools/operators';
import { Deadlines } from '../src/jobs/deadlines.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { HoldDesk } from './hold-desk.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog, doorsOf, sendMail } from './mail-client.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import type { Answered } from './post.ts';
import { onTheNetwork } from './silent-peer.ts';
import type { Network } from './silent-peer.ts';
import { anna, comune, inAugust, mario, provincia, Stage } from './stage.ts';

jest.setTimeout(60_000);

const stage = new Stage();
const identity = new IdentityStandIn()
  .knows('rssmra80a01h501u', 'inps-trial', mario.holder)
  .knows(anna.box, 'cec-pac', anna.holder);
const order = { codiceFiscale: '97000000017', name: 'Ordine di prova', email: 'segreteria@ordine.example' };
const asMario = { user: mario.box };
let network: Network = 'brings';
let service: RunningService<PrismaClient>;
/** Another process of the same installation. */
let twin: RunningService<PrismaClient>;
/** Mario's session at the portal, from before all this. */
let session: string;
let desk: HoldDesk;

beforeAll(async () => {
  const pace = { messages: { most: 5, minutes: 30 }, recipients: { most: 3, minutes: 60 } };
  stage.amend('inps', { pace, orders: [{ domain: 'inpspec.gov.it', ...order }] });
  stage.amend('postacertificata', { pace });
  await stage.asks(identity);
  await stage.set();
  [service, twin] = [await stage.service(), await stage.service()];
  for (const each of [service, twin])
    onTheNetwork(each, ({ reversePath }) => ([mario.box, anna.box].includes(reversePath) ? network : 'brings'));
  session = await stage.citizenToken(mario.holder, 'pin');
  desk = new HoldDesk(stage, service);
}, 90_000);

afterAll(() => stage.end());

const from = (box: string, subject: string, to: readonly string[] = [comune]) => ({
  from: box,
  to,
  raw: mail(box, to.join(', '), [`Subject: ${subject}`]),
});

/** Submits a message in a session that is opened for it: later than the last hold, by the seconds that tokens tell. */
async function write(holder: string, scope: 'pin' | 'enrolment', text: string, key?: string): Promise<Answered> {
  return await eventually(async () => {
    const answer = await submit(
      service,
      await stage.citizenToken(holder, scope),
      text,
      key === undefined ? {} : { key },
    );
    expect(answer.status).not.toBe(401);
    return answer;
  });
}

/** Mario at the access point of a process. */
async function signedIn(at: RunningService<PrismaClient>): Promise<Dialog> {
  const dialog = await Dialog.open(doorsOf(at).smtps, true);
  await dialog.say('EHLO casa.example');
  expect(await dialog.say(authPlain(mario.box))).toMatch(/^235 /);
  return dialog;
}

const inBox = (box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;

/** Waits until what a held box had in hand has come back: from then on nothing of it is tried. */
async function inNobodysHand(box: string): Promise<void> {
  const inHand = `SELECT count(*)::int AS count FROM emission JOIN submission USING (identificativo)
    WHERE sender = $1 AND emission.state = 'held' AND not_before > clock_timestamp()`;
  await eventually(async () => {
    const [row] = await stage.client.$queryRawUnsafe<{ count: number }[]>(inHand, box);
    return row?.count === 0;
  });
}

const again = mail(mario.box, comune, ['Subject: Ancora', 'Message-ID: <ancora@casa.example>']);

describe('a box that sends more than anybody does', () => {
  const before: Dialog[] = [];

  beforeAll(async () => {
    for (const each of [service, twin]) before.push(await signedIn(each));
  });

  test('is held with the first message too many, also when they come at once and by two processes: no more are accepted', async () => {
    network = 'is-cut';
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, nth) =>
        sendMail(stage, nth % 2 === 0 ? service : twin, asMario, from(mario.box, `Raffica ${nth}`)),
      ),
    );
    expect(answers.filter(({ code }) => code === 250)).toHaveLength(5);
    expect(answers.filter(({ code }) => code === 450)).toHaveLength(3);
    const refused = answers.find(({ code }) => code === 450);
    expect(refused?.words).toMatch(/^4\.7\.1 .*sospesi.*ABUSE-HELD/);
    expect(await desk.holds()).toEqual([expect.objectContaining({ box: mario.box, state: 'held', queued: 5 })]);
  });

  test('is told once, with all that others need to act on it', async () => {
    const told = await stage.told('certified-mail.holds.v1');
    expect(told).toEqual([
      expect.objectContaining({
        type: 'sending-held',
        sequence: 1,
        time: inAugust,
        data: {
          hold: (await desk.holdOf(mario.box)).id,
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
    const { status } = await submit(service, session, mail(mario.box, comune, ['Subject: Dal portale']));
    expect(status).toBe(401);
  });

  // @rule ABUSE-HELD
  test('is told at MAIL FROM, over HTTP by 429; the others send', async () => {
    const dialog = await signedIn(service);
    expect(await dialog.say(`MAIL FROM:<${mario.box}>`)).toMatch(/^450 4\.7\.1 .*ABUSE-HELD/);
    dialog.vanish();
    const { status, body } = await write(mario.holder, 'pin', again, 'ancora');
    expect({ status, rule: body.rule }).toEqual({ status: 429, rule: 'ABUSE-HELD' });
    expect((await sendMail(stage, service, { user: anna.box }, from(anna.box, 'Altra casella'))).code).toBe(250);
  });

  // @rule ABUSE-HELD
  test('what had not left stays here, and whom it reached is listed page by page', async () => {
    const { id } = await desk.holdOf(mario.box);
    const read = (query: string) => desk.reachedBy(id, query);
    const first = await read('?limit=3');
    const second = await read(`?limit=3&after=${first.next}`);
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, null]);
    for (const each of [...first.items, ...second.items])
      expect(each).toMatchObject({ address: comune, state: 'dispatched', held: true, at: '2010-08-02T07:00:00.000Z' });
    expect((await read('?since=2010-08-02T09:00:00.001%2B02:00')).items).toEqual([]);
    await inNobodysHand(mario.box);
    network = 'brings';
    await quiet(service);
    expect(stage.store.messagesOf(comune).filter((message) => message.includes('Raffica'))).toEqual([]);
  });
});

describe('its release', () => {
  let id: string;
  let request: string;

  // @rule ABUSE-TWO-PERSONS
  test('is asked for by one person, who cannot confirm it', async () => {
    ({ id } = await desk.holdOf(mario.box));
    const { status, body } = await desk.ask(desk.maria, id, 'send');
    expect(status).toBe(201);
    expect((await desk.ask(desk.maria, id, 'send')).body.id).toBe(body.id);
    request = body.id;
    const alone = await desk.confirm(desk.maria, id, request);
    expect({ status: alone.status, type: alone.body.type }).toEqual({ status: 403, type: 'hold/same-person' });
  });

  test('is asked for in one way at a time', async () => {
    const other = await desk.ask(desk.luca, id, 'return');
    expect({ status: other.status, type: other.body.type }).toEqual({ status: 409, type: 'hold/asked-already' });
  });

  test('can be taken back, and then confirms nothing', async () => {
    expect((await desk.withdraw(desk.luca, id, request)).status).toBe(204);
    expect((await desk.confirm(desk.luca, id, request)).body.type).toBe('hold/not-asked');
    expect((await desk.withdraw(desk.luca, id, request)).status).toBe(409);
  });

  test('is not confirmed when who asked is no operator any more', async () => {
    const gone = stage.operator('rosa.gialli');
    const { body } = await desk.ask(gone, id, 'send');
    removeOperator(stage.secrets, 'rosa.gialli');
    expect((await desk.confirm(desk.luca, id, body.id)).body.type).toBe('hold/asker-gone');
    await desk.withdraw(desk.luca, id, body.id);
  });

  // @rule ABUSE-TWO-PERSONS
  test('by two lets go what was held: it arrives, and the box sends again, what it was refused under the same key too', async () => {
    await desk.release(mario.box, 'send');
    await quiet(service);
    expect(stage.store.messagesOf(comune).filter((message) => message.includes('Raffica'))).toHaveLength(5);
    await stage.setClock(after(inAugust, 1_000));
    expect((await write(mario.holder, 'pin', again, 'ancora')).status).toBe(201);
    for (let nth = 2; nth <= 5; nth++)
      expect((await sendMail(stage, service, asMario, from(mario.box, `Dopo ${nth}`))).code).toBe(250);
    expect((await sendMail(stage, service, asMario, from(mario.box, 'Dopo 6'))).code).toBe(450);
    await desk.release(mario.box, 'send');
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
    const [, last] = await desk.holds(`?state=released&box=${mario.box}`);
    expect(last?.id).toBe(id);
    const confirmedRequest = last?.request?.id ?? '';
    expect((await desk.confirm(desk.luca, id, confirmedRequest)).status).toBe(200);
    expect((await desk.confirm(desk.maria, id, confirmedRequest)).body.type).toBe('hold/released');
    expect((await desk.ask(desk.maria, id, 'send')).body.type).toBe('hold/released');
  });
});

describe('a box that writes to more than anybody does', () => {
  const luigi = { holder: '0b54a0f1-9d9f-8a49-a0a5-9f6a3c1a0c11', box: 'vrdlgu75b02f205x@inpspec.gov.it' };
  const anagrafe = 'anagrafe@pec.comune.borgovento.example';
  const fourth = 'protocollo@pec.comune.montefiorito.example';

  test('is held by the message that goes beyond, whose addresses count each once', async () => {
    await stage.listBox(luigi, 'inps-trial', 'active', 1);
    identity.knows('vrdlgu75b02f205x', 'inps-trial', luigi.holder);
    const send = async (to: string[]) =>
      await eventually(async () => {
        const answer = await sendMail(stage, service, { user: luigi.box }, from(luigi.box, to.join(' '), to));
        expect(answer.code).not.toBe(535);
        return answer.code;
      });
    expect(await send([comune, provincia])).toBe(250);
    expect(await send([comune, anagrafe])).toBe(250);
    expect(await send([fourth])).toBe(450);
    expect((await desk.holdOf(luigi.box)).cause).toEqual({ kind: 'recipients', most: 3, minutes: 60 });
  });
});

describe('a box that an operator holds', () => {
  const reason = 'segnalazione di un destinatario';
  let identificativo: string;

  test('is held under the operator’s name, once', async () => {
    network = 'is-cut';
    const { body } = await write(anna.holder, 'enrolment', mail(anna.box, comune, ['Subject: Da restituire']));
    identificativo = body.identificativo;
    const box = anna.box.toUpperCase();
    const held = await desk.hold(desk.maria, { box, reason }, 'mano');
    expect(held.status).toBe(201);
    expect((await desk.hold(desk.maria, { box, reason }, 'mano')).body).toEqual(held.body);
    expect((await desk.holdOf(anna.box)).cause).toEqual({ kind: 'operator', operator: 'maria.bianchi', reason });
    expect((await desk.hold(desk.luca, { box, reason })).body.type).toBe('hold/held-already');
  });

  test('when it is nobody’s, that is said', async () => {
    for (const box of ['nessuno@postacertificata.gov.it', comune]) {
      const { status, body } = await desk.hold(desk.maria, { box, reason });
      expect({ status, type: body.type }).toEqual({ status: 404, type: 'hold/no-box' });
    }
  });

  test('gives back what was held when two persons want it so: its holder gets the notice of non-delivery', async () => {
    await desk.release(anna.box, 'return');
    await quiet(service);
    expect(inBox(comune, 'POSTA CERTIFICATA: Da restituire')).toBe(0);
    expect(inBox(anna.box, 'AVVISO DI MANCATA CONSEGNA: Da restituire')).toBe(1);
    const [failed] = (await factsOf(service, identificativo)).filter(({ type }) => type === 'message-not-delivered');
    expect(failed?.data['erroreEsteso']).toMatch(/restituito dal gestore del mittente/);
  });
});

describe('time goes on for what is held', () => {
  test('its sender is told after twelve and twenty-four hours, and it leaves no more when it is released after that', async () => {
    network = 'is-cut';
    const { body } = await write(anna.holder, 'enrolment', mail(anna.box, comune, ['Subject: Troppo tardi']));
    await desk.hold(desk.maria, { box: anna.box, reason: 'verifica in corso' });
    await inNobodysHand(anna.box);
    network = 'brings';
    await stage.setClock(after(inAugust, 25 * 3_600_000));
    await service.app.get(Deadlines).run();
    await desk.release(anna.box, 'send');
    await quiet(service);
    expect(inBox(comune, 'POSTA CERTIFICATA: Troppo tardi')).toBe(0);
    const limits = (await factsOf(service, body.identificativo)).filter(({ type }) => type === 'time-limit-passed');
    expect(limits.map(({ data }) => data['limit'])).toEqual(['twelve-hours', 'twenty-four-hours']);
  });
});
