import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageAccepted, messageRefused } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { readOriginal } from '@recapito/rfc6109';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { città, hostAccentedBody } from './accented-body.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog, doorsOf, sendMail } from './mail-client.ts';
import { bring } from './peer.ts';
import { dataOf, mail, quiet } from './post.ts';
import { anna, comune, provincia, Stage } from './stage.ts';

const malformed = "553 5.1.3 L'indirizzo non ha la forma nome@dominio. (ADDRESS-FORM)";

const stage = new Stage();
const identity = new IdentityStandIn().knows(anna.box, 'cec-pac', anna.holder);
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  hostAccentedBody(stage);
  await stage.asks(identity);
  await stage.set();
  service = await stage.service();
});

afterAll(() => stage.end());

const incoming = () => service.app.get(IncomingPoint).state.port;

async function signedIn(): Promise<Dialog> {
  const dialog = await Dialog.open(doorsOf(service).smtps, true);
  for (const line of ['EHLO cliente.example', authPlain(anna.box), `MAIL FROM:<${anna.box}>`])
    expect(await dialog.say(line)).toMatch(/^2/);
  return dialog;
}

describe('a recipient that is no address', () => {
  test.each([
    'mario@localhost',
    'mario@[10.0.0.1]',
    `${'a'.repeat(65)}@comune.example`,
    'nicolò@comune.example',
    'mario@-x.example',
    'mario@xn--a.example',
    `a@${'bcdefghi.'.repeat(28)}x`,
  ])('%s is refused for good at both points', async (address) => {
    const client = await signedIn();
    expect((await client.say(`RCPT TO:<${address}>`)).trim()).toBe(malformed);
    client.vanish();
    const from = 'posta-certificata@gestore-enti.example';
    expect((await bring(incoming(), { from, to: [address] })).at(-1)).toBe(malformed);
  });

  test('does not stop a client that goes on: the message is answered with a non-acceptance of the whole', async () => {
    const client = await signedIn();
    expect(await client.say('RCPT TO:<mario@localhost>')).toMatch(/^553 /);
    expect(await client.say(`RCPT TO:<${comune}>`)).toMatch(/^250 /);
    expect(await client.say('DATA')).toMatch(/^354 /);
    const raw = mail(anna.box, `${comune}, mario@localhost`, ['Subject: Uno di due']);
    expect(await client.say(`${raw}.`)).toMatch(/^250 2\.6\.0 \S+ ricevuto: segue un avviso di non accettazione/);
    client.vanish();
    await quiet(service);
    const notices = stage.store
      .messagesOf(anna.box)
      .filter((each) => each.includes('AVVISO DI NON ACCETTAZIONE: Uno di'));
    expect(notices).toHaveLength(1);
    expect(stage.store.messagesOf(comune).filter((each) => each.includes(': Uno di due'))).toEqual([]);
  });
});

describe('who stands in To and not in the dialog', () => {
  test('is not certified as an addressee: the whole message is refused, and the notice names the address', async () => {
    const raw = mail(anna.box, `${comune}, ${provincia}`, ['Subject: Uno solo']);
    const { words } = await sendMail(stage, service, { user: anna.box }, { from: anna.box, to: [comune], raw });
    expect(words).toMatch(/ ricevuto: segue un avviso di non accettazione$/);
    const [refused] = (await dataOf(service, messageRefused)).filter(({ oggetto }) => oggetto === 'Uno solo');
    expect(refused?.destinatari).toEqual([{ indirizzo: comune, tipo: 'certificato' }]);
    expect(refused?.erroreEsteso).toBe(`indirizzi di To e Cc a cui il messaggio non è stato inviato: ${provincia}`);
    expect((await dataOf(service, messageAccepted)).filter(({ oggetto }) => oggetto === 'Uno solo')).toEqual([]);
  });
});

describe('a domain in A-labels', () => {
  test('is an address that is not of ours at the incoming point', async () => {
    const from = 'posta-certificata@gestore-enti.example';
    const replies = await bring(incoming(), { from, to: ['info@xn--caff-8oa.example'] });
    expect(replies.at(-1)).toMatch(/^550 5\.7\.1 .*\(SMTP-INCOMING\)$/);
  });

  test('of ours is known there', async () => {
    const from = 'posta-certificata@gestore-enti.example';
    expect((await bring(incoming(), { from, to: ['URP@XN--CITT-3NA.example'] })).at(-1)).toMatch(/^250 /);
  });

  test('is written to, certified as it stands, and receives', async () => {
    const raw = mail(anna.box, 'Urp@xn--CITT-3na.example', ["Subject: Alla citta'"]);
    const answer = await sendMail(stage, service, { user: anna.box }, { from: anna.box, to: [città], raw });
    expect(answer).toEqual({ code: 250, words: expect.stringMatching(/ accettato$/) });
    await quiet(service);
    expect(stage.store.messagesOf(città)).toHaveLength(1);
    const [accepted] = (await dataOf(service, messageAccepted)).filter(({ oggetto }) => oggetto === "Alla citta'");
    expect(accepted?.destinatari).toEqual([{ indirizzo: città, tipo: 'certificato' }]);
  });
});

describe('the Received field of the access point', () => {
  test('stands in the envelope and in the original that it carries', async () => {
    const raw = mail(anna.box, comune, ['Subject: Con traccia', 'X-Prova: 1']);
    expect((await sendMail(stage, service, { user: anna.box }, { from: anna.box, to: [comune], raw })).code).toBe(250);
    await quiet(service);
    const [envelope] = stage.store.messagesOf(comune).filter((each) => each.includes('POSTA CERTIFICATA: Con traccia'));
    const fields = /^Received: from \S+ by \S+ with ESMTPSA id [a-z0-9]+; Mon, 2 Aug 2010 09:\d\d:\d\d \+0200$/;
    const text = (envelope?.toString('latin1') ?? '').replace(/\r\n[ \t]+/g, ' ');
    const received = text.split('\r\n').filter((line) => line.startsWith('Received:'));
    expect(received).toHaveLength(2);
    expect(received[0]).toMatch(fields);
    expect(received[1]).toBe(received[0]);
    const original = text.slice(text.lastIndexOf('Received:'));
    expect(readOriginal(Buffer.from(original, 'latin1'))?.header.fields.map(({ name }) => name)).toEqual([
      'received',
      'message-id',
      'from',
      'to',
      'subject',
      'x-prova',
    ]);
  });

  test('does not show what a client says of itself when that is no name of a host', async () => {
    const client = await Dialog.open(doorsOf(service).smtps, true);
    for (const line of ['EHLO a;b(c)"d', authPlain(anna.box), `MAIL FROM:<${anna.box}>`, `RCPT TO:<${comune}>`])
      expect(await client.say(line)).toMatch(/^2/);
    expect(await client.say('DATA')).toMatch(/^354 /);
    expect(await client.say(`${mail(anna.box, comune, ['Subject: Chi parla'])}.`)).toMatch(/^250 /);
    client.vanish();
    await quiet(service);
    const [envelope] = stage.store.messagesOf(comune).filter((each) => each.includes('POSTA CERTIFICATA: Chi parla'));
    expect(envelope?.toString('latin1')).toContain('\r\nReceived: from unknown by ');
  });
});

describe('a parameter that is not offered', () => {
  test('is refused at the access point, BODY too, and the incoming point offers BODY', async () => {
    const client = await Dialog.open(doorsOf(service).smtps, true);
    expect(await client.say('EHLO cliente.example')).not.toMatch(/8BITMIME|SMTPUTF8|DSN|REQUIRETLS/);
    await client.say(authPlain(anna.box));
    for (const parameter of ['SMTPUTF8', 'REQUIRETLS', 'RET=HDRS', 'HOLDFOR=60', 'BODY=8BITMIME'])
      expect(await client.say(`MAIL FROM:<${anna.box}> ${parameter}`)).toMatch(/^555 5\.5\.4 .*\(SMTP-OFFERED\)/);
    expect(await client.say(`MAIL FROM:<${anna.box}> SIZE=1000`)).toMatch(/^250 /);
    expect(await client.say(`RCPT TO:<${comune}> NOTIFY=NEVER`)).toMatch(/^555 5\.5\.4 .*\(SMTP-OFFERED\)/);
    client.vanish();
    const peer = await Dialog.open(incoming(), false);
    expect(await peer.say('EHLO altro.example')).toMatch(/\r\n250-8BITMIME\r\n/);
    expect(await peer.say('MAIL FROM:<a@gestore-enti.example> BODY=8BITMIME')).toMatch(/^250 /);
    peer.vanish();
  });
});
