import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageAccepted } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { AccessPoint } from '../src/smtp/access-point.ts';
import { incoherences } from './coherence.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog, doorsOf, sendMail } from './mail-client.ts';
import { dataOf, factsOf, mail, quiet } from './post.ts';
import { anna, closed, comune, mario, provincia, Stage } from './stage.ts';

const stage = new Stage();
const identity = new IdentityStandIn()
  .knows(anna.box, 'cec-pac', anna.holder)
  .knows(closed.box, 'cec-pac', closed.holder)
  .knows('rssmra80a01h501u', 'inps-trial', mario.holder);
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  await stage.asks(identity);
  await stage.set();
  service = await stage.service();
});

afterAll(() => stage.end());

const asAnna = { user: anna.box };
const fromAnna = (subject: string, more: { to?: string[]; body?: string } = {}) => {
  const { to = [comune], body = 'Testo.' } = more;
  return { from: anna.box, to, raw: mail(anna.box, to.join(', '), [`Subject: ${subject}`], body) };
};

const inBox = (box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;

describe('a mail client with name and password', () => {
  // @rule SMTP-ACCESS SMTP-LOG-IN
  test.each([
    ['by TLS from the first byte', false],
    ['by STARTTLS', true],
  ])('sends a certified message %s and is told its identificativo', async (_, startTls) => {
    const subject = startTls ? 'Dopo STARTTLS' : 'Con TLS';
    const { code, words } = await sendMail(stage, service, { ...asAnna, startTls }, fromAnna(subject));
    expect(code).toBe(250);
    const [, identificativo = ''] = /^2\.6\.0 (\S+@postacertificata\.gov\.it) accettato$/.exec(words) ?? [];
    await quiet(service);
    expect(inBox(comune, `POSTA CERTIFICATA: ${subject}`)).toBe(1);
    expect([`ACCETTAZIONE: ${subject}`, `CONSEGNA: ${subject}`].map((each) => inBox(anna.box, each))).toEqual([1, 1]);
    expect(incoherences(await factsOf(service, identificativo))).toEqual([]);
  });

  test('opens the box that is named by a codice fiscale with the codice fiscale or its address', async () => {
    for (const user of ['RSSMRA80A01H501U', mario.box]) {
      const raw = mail(mario.box, comune, [`Subject: da ${user}`]);
      const answer = await sendMail(stage, service, { user }, { from: mario.box, to: [comune], raw });
      expect(answer).toEqual({ code: 250, words: expect.stringContaining('@inpspec.gov.it accettato') });
    }
    expect(identity.asked.slice(-2)).toMatchObject([
      { address: 'rssmra80a01h501u', service: 'inps-trial', door: 'submission' },
      { address: 'rssmra80a01h501u', service: 'inps-trial', door: 'submission' },
    ]);
  });

  // @rule SMTP-ACCESS
  test('whose answer was lost sends the same again, and it is one message', async () => {
    const same = {
      ...fromAnna('Due volte'),
      raw: mail(anna.box, comune, ['Message-ID: <a@b.example>', 'Subject: Due']),
    };
    const [first, second] = [
      await sendMail(stage, service, asAnna, same),
      await sendMail(stage, service, asAnna, same),
    ];
    expect(first.code).toBe(250);
    expect(second).toEqual(first);
    await quiet(service);
    expect(inBox(comune, 'POSTA CERTIFICATA: Due')).toBe(1);
  });

  test('sends what is larger than what is kept in memory while it comes', async () => {
    const body = `${'x'.repeat(62)}\r\n`.repeat(32_768);
    expect((await sendMail(stage, service, asAnna, fromAnna('Due mebibyte', { body }))).code).toBe(250);
    await quiet(service);
    expect(inBox(comune, 'POSTA CERTIFICATA: Due mebibyte')).toBe(1);
    expect(await unfinished()).toEqual([]);
  });
});

async function unfinished(): Promise<string[]> {
  const folder = join((await stage.environment())['RECAPITO_FOLDER'] ?? '', 'incoming');
  return existsSync(folder) ? readdirSync(folder) : ['no folder'];
}

describe('who is not let in', () => {
  // @rule SMTP-LOG-IN
  test('a wrong password and a name that nobody has are told the same', async () => {
    const wrong = await sendMail(stage, service, { ...asAnna, secret: 'sbagliata' }, fromAnna('Mai'));
    const unknown = await sendMail(stage, service, { user: 'nessuno@postacertificata.gov.it' }, fromAnna('Mai'));
    expect(wrong).toEqual({ code: 535, words: '5.7.8 Nome o password errati (ACCESS-SAME-WORDS)' });
    expect(unknown).toEqual(wrong);
  });

  test.each([
    ['primo pin', 535, '5.7.8 Il primo PIN va cambiato prima. (PIN-FIRST-CHANGE)'],
    [
      'troppe volte',
      535,
      '5.7.8 Troppi tentativi errati: accesso bloccato. (ACCESS-LOCK), fino al 2010-08-03 11:30 (ora di Roma)',
    ],
    ['affollato', 454, '4.7.0 Autenticazione momentaneamente non disponibile, riprovare (SMTP-AGAIN)'],
  ])('a secret of which identity says "%s" is told so', async (secret, code, words) => {
    expect(await sendMail(stage, service, { ...asAnna, secret }, fromAnna('Mai'))).toEqual({ code, words });
  });

  // @rule SMTP-LOG-IN
  test('nobody says a password in the clear, and nobody sends without one', async () => {
    const dialog = await Dialog.open(doorsOf(service).submission, false);
    expect(await dialog.say('EHLO cliente.example')).not.toContain('AUTH');
    expect(await dialog.say(authPlain(anna.box))).toMatch(/^5/);
    expect(await dialog.say(`MAIL FROM:<${anna.box}>`)).toMatch(/^530 /);
    dialog.vanish();
  });
});

describe('what may not be sent', () => {
  // @rule SMTP-MAIL-FROM
  test("from somebody else's box is refused before the message", async () => {
    const raw = mail(mario.box, comune);
    expect(await sendMail(stage, service, asAnna, { from: mario.box, to: [comune], raw })).toEqual({
      code: 550,
      words: "5.7.1 Il mittente non e' una casella di chi si e' fatto riconoscere. (RFC6109-5.2)",
    });
  });

  // @rule SMTP-MAIL-FROM
  test('from a box that was withdrawn is refused with the reason and its rule', async () => {
    const raw = mail(closed.box, comune);
    const answer = await sendMail(stage, service, { user: closed.box }, { from: closed.box, to: [comune], raw });
    expect(answer).toEqual({ code: 550, words: expect.stringMatching(/^5\.7\.1 .*\(BOX-WITHDRAWN\)$/) });
  });

  test('beyond the largest size is refused by SMTP, whatever the client has announced', async () => {
    const small = await stage.service({ RECAPITO_SUBMISSION_BYTES: '20000' });
    const answer = await sendMail(stage, small, asAnna, fromAnna('Grande', { body: 'x\r\n'.repeat(9_000) }));
    expect(answer.code).toBe(552);
    const dialog = await Dialog.open(doorsOf(small).smtps, true);
    for (const line of ['EHLO cliente.example', authPlain(anna.box), `MAIL FROM:<${anna.box}>`, `RCPT TO:<${comune}>`])
      expect(await dialog.say(line)).toMatch(/^2/);
    expect(await dialog.say('DATA')).toMatch(/^354/);
    expect(await dialog.say(`${fromAnna('Grande', { body: 'x\r\n'.repeat(9_000) }).raw}.`)).toMatch(/^552/);
    dialog.vanish();
    await small.stop();
    expect((await dataOf(service, messageAccepted)).filter(({ oggetto }) => oggetto === 'Grande')).toEqual([]);
  });

  test('in a form that certified mail does not admit is taken and answered with a notice', async () => {
    const { from, raw } = fromAnna('Nascosto');
    const { code, words } = await sendMail(stage, service, asAnna, { from, to: [comune, provincia], raw });
    expect([code, words]).toEqual([250, expect.stringMatching(/ricevuto: segue un avviso di non accettazione$/)]);
    await eventually(() => inBox(anna.box, 'AVVISO DI NON ACCETTAZIONE: Nascosto') === 1);
  });

  test('to somebody outside of the circuit is answered with a notice that names the address', async () => {
    const outside = 'amico@posta.example';
    const { code } = await sendMail(stage, service, asAnna, fromAnna('Fuori', { to: [outside] }));
    expect(code).toBe(250);
    await eventually(() => inBox(anna.box, 'AVVISO DI NON ACCETTAZIONE: Fuori') === 1);
    const told = (await factsOf(service)).find(
      ({ type, data }) => type === 'message-refused' && data['oggetto'] === 'Fuori',
    );
    expect(told?.data['erroreEsteso']).toContain(outside);
  });
});

describe('a client that breaks off', () => {
  // @rule SMTP-ACCESS
  test('in the middle of DATA has sent nothing, and nothing of it stays', async () => {
    const dialog = await Dialog.open(doorsOf(service).smtps, true);
    for (const line of ['EHLO cliente.example', authPlain(anna.box), `MAIL FROM:<${anna.box}>`, `RCPT TO:<${comune}>`])
      expect(await dialog.say(line)).toMatch(/^2/);
    expect(await dialog.say('DATA')).toMatch(/^354/);
    dialog.write(mail(anna.box, comune, ['Subject: Interrotto'], 'x\r\n'.repeat(100_000)));
    await eventually(async () => (await unfinished()).length === 1);
    dialog.vanish();
    await eventually(async () => (await unfinished()).length === 0);
    await eventually(() => service.app.get(AccessPoint).state.clients === 0);
    expect((await factsOf(service)).filter(({ data }) => data['oggetto'] === 'Interrotto')).toEqual([]);
  });
});

// @rule SENDS-A-DAY
describe('the limit of ten messages a day', () => {
  const tuesday = parseInstant('2010-08-03T08:00:00Z');

  test('holds for messages that are sent at once, and refused ones do not count', async () => {
    await stage.setClock(tuesday);
    await eventually(() => service.platform.clock.now() >= tuesday);
    expect((await sendMail(stage, service, asAnna, fromAnna('Non conta', { to: ['amico@posta.example'] }))).code).toBe(
      250,
    );
    const answers = await Promise.all(
      Array.from({ length: 13 }, (_, nth) => sendMail(stage, service, asAnna, fromAnna(`Del giorno ${nth}`))),
    );
    expect(answers.filter(({ code }) => code === 250)).toHaveLength(10);
    for (const { code, words } of answers.filter((answer) => answer.code !== 250))
      expect([code, words]).toEqual([550, expect.stringMatching(/^5\.7\.1 .*10 messaggi al giorno.*\(SENDS-A-DAY\)$/)]);
  });

  test('is over with the day in Rome', async () => {
    const [late, midnight] = [parseInstant('2010-08-03T21:59:59Z'), parseInstant('2010-08-03T22:00:00Z')];
    await stage.setClock(late);
    await eventually(() => service.platform.clock.now() >= late);
    expect((await sendMail(stage, service, asAnna, fromAnna('Prima di mezzanotte'))).code).toBe(550);
    await stage.setClock(midnight);
    await eventually(() => service.platform.clock.now() >= midnight);
    expect((await sendMail(stage, service, asAnna, fromAnna('A mezzanotte'))).code).toBe(250);
  });
});

describe('at the bound of INPS', () => {
  test('nothing is sent from its boxes any more, and the calendar’s words say so', async () => {
    const bound = parseInstant('2010-09-15T22:00:00Z');
    await stage.setClock(bound);
    await eventually(() => service.platform.clock.now() >= bound);
    const raw = mail(mario.box, comune);
    const answer = await sendMail(stage, service, { user: mario.box }, { from: mario.box, to: [comune], raw });
    expect(answer).toEqual({ code: 550, words: expect.stringMatching(/^5\.7\.1 .*\(INPS-END-SEND\)$/) });
  });
});
