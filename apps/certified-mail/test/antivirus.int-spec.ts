import { cpSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageRefused } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { eicar, eicarName, eventually, VirusScanner } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { evidenceAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { sendMail } from './mail-client.ts';
import { bring, sealedEnvelope } from './peer.ts';
import { dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
const identity = new IdentityStandIn().knows(anna.box, 'cec-pac', anna.holder);
let scanner: VirusScanner;
let service: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  scanner = await VirusScanner.start();
  stage.onEnd(() => scanner.remove());
  await stage.asks(identity);
  await stage.set();
  service = await stage.service(scanner.settings);
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

const enti = 'Gestore PEC degli Enti';
const asAnna = { user: anna.box };

/** A message with one attachment. */
function withAttachment(subject: string, content: Buffer, type = 'application/octet-stream'): string {
  const head = [`From: ${inpsSender}`, `To: ${anna.box}`, `Subject: ${subject}`, 'MIME-Version: 1.0'];
  const lines = [
    ...head,
    'Content-Type: multipart/mixed; boundary="parti"',
    '',
    '--parti',
    'Content-Type: text/plain',
    '',
    'In allegato.',
    '--parti',
    `Content-Type: ${type}; name="allegato"`,
    type === 'message/rfc822' ? 'Content-Transfer-Encoding: 8bit' : 'Content-Transfer-Encoding: base64',
    '',
    type === 'message/rfc822' ? content.toString('latin1') : content.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--parti--',
    '',
  ];
  return lines.join('\r\n');
}

const inBox = (box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;

function noticesAbout(identificativo: string, box: string): Evidence[] {
  return evidenceAbout(identificativo, stage.store.messagesOf(box), join(stage.providers, 'authority.pem'));
}

interface Kept {
  readonly id: string;
  readonly identificativo: string;
  readonly virus: string;
  readonly point: string;
  readonly bytes: number;
  readonly at: string;
  readonly keepUntil: string;
}

async function keptAbout(identificativo: string): Promise<Kept[]> {
  const { body } = await stage.call<{ items: Kept[] }>('GET', '/quarantine?limit=100', { as: 'operator', to: service });
  return body.items.filter((each) => each.identificativo === identificativo);
}

describe('an infected message at the access point', () => {
  const nested = mail(inpsSender, anna.box, ['Subject: Dentro'], eicar);
  // @rule VIRUS-NOT-ACCEPTED
  test.each([
    ['in its text', mail(inpsSender, anna.box, ['Subject: Nel testo'], eicar)],
    ['in an attachment', withAttachment('In allegato', Buffer.from(eicar, 'latin1'))],
    ['in a compressed attachment', withAttachment('Compresso', gzipSync(Buffer.from(eicar, 'latin1')))],
    ['in a message within', withAttachment('In un messaggio', Buffer.from(nested, 'latin1'), 'message/rfc822')],
  ])('%s is not accepted: its sender gets the notice for viruses, and nobody the message', async (_, text) => {
    const { status, body } = await submit(service, notification, text);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      outcome: 'refused',
      reasons: [{ refused: 'submission/infected', rule: 'VIRUS-NOT-ACCEPTED' }],
    });
    await quiet(service);
    const notices = noticesAbout(body.identificativo, inpsSender);
    expect(notices.map(({ tipo, errore }) => [tipo, errore])).toEqual([['non-accettazione', 'virus']]);
    expect(notices[0]?.field('X-VerificaSicurezza')).toBe('errore');
    expect(notices[0]?.field('Subject')).toMatch(/^AVVISO DI NON ACCETTAZIONE PER VIRUS: /);
    expect(notices[0]?.data('errore-esteso')).toEqual([
      `5.7.1 - INPS - Gestore della posta elettronica certificata - virus rilevato: ${eicarName}`,
    ]);
    expect(notices[0]?.text).not.toContain('postacert.eml');
    expect(stage.store.messagesOf(anna.box)).toEqual([]);
    expect(await dataOf(service, messageRefused, body.identificativo)).toMatchObject([{ errore: 'virus' }]);
    const [kept] = await keptAbout(body.identificativo);
    expect(kept).toMatchObject({ virus: eicarName, point: 'access', bytes: Buffer.byteLength(text) });
  });

  test('by SMTP is answered with 250 and the same notice', async () => {
    const raw = mail(anna.box, comune, ['Subject: Da un programma di posta'], eicar);
    const { code, words } = await sendMail(stage, service, asAnna, { from: anna.box, to: [comune], raw });
    expect(code).toBe(250);
    const [, identificativo = ''] = /^2\.6\.0 (\S+) ricevuto: segue un avviso di non accettazione$/.exec(words) ?? [];
    await quiet(service);
    expect(noticesAbout(identificativo, anna.box).map(({ errore }) => errore)).toEqual(['virus']);
    expect(inBox(comune, 'POSTA CERTIFICATA: Da un programma di posta')).toBe(0);
  });

  // @rule VIRUS-LAST-ASKED
  test('that fails a formal check is refused for that, and nothing is kept', async () => {
    const raw = mail('altra@inpspec.gov.it', anna.box, ['Subject: Altro mittente'], eicar);
    const { body } = await submit(service, notification, raw, { query: `?sender=${inpsSender}` });
    expect(body.outcome).toBe('refused');
    await quiet(service);
    expect(noticesAbout(body.identificativo, inpsSender).map(({ errore }) => errore)).toEqual(['altro']);
    expect(await keptAbout(body.identificativo)).toEqual([]);
  });

  test('submitted twice is one message, with one notice, kept once', async () => {
    const text = mail(inpsSender, anna.box, ['Subject: Due volte', 'Message-ID: <due@client.example>'], eicar);
    const [one, other] = [await submit(service, notification, text), await submit(service, notification, text)];
    expect(other.body.identificativo).toBe(one.body.identificativo);
    await quiet(service);
    expect(noticesAbout(one.body.identificativo, inpsSender)).toHaveLength(1);
    expect(await keptAbout(one.body.identificativo)).toHaveLength(1);
  });
});

describe('what is kept aside', () => {
  const folder = join(stage.folder, 'quarantine');
  const text = mail(inpsSender, anna.box, ['Subject: Da conservare'], eicar);
  let kept: Kept;

  beforeAll(async () => {
    const { body } = await submit(service, notification, text);
    const [found] = await keptAbout(body.identificativo);
    if (found === undefined) throw new Error('nothing was kept');
    kept = found;
    await quiet(service);
  });

  // @rule VIRUS-KEPT-ASIDE
  test('lies there encrypted, and nowhere else', () => {
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(file).toMatch(/^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(file).not.toContain(eicar);
    }
    const spooled = readdirSync(join(stage.folder, 'spool')).map((name) =>
      readFileSync(join(stage.folder, 'spool', name)),
    );
    expect(spooled.filter((file) => file.includes(eicar))).toEqual([]);
  });

  test('stays where it is when what a killed process left half written is cleared away', async () => {
    const half = join(folder, `${kept.id}.half.part`);
    writeFileSync(half, 'half');
    const before = new Date(Date.now() - 61 * 60_000);
    for (const path of [half, join(folder, kept.id)]) utimesSync(path, before, before);
    const second = await stage.service(scanner.settings);
    await eventually(() => !existsSync(half));
    expect(existsSync(join(folder, kept.id))).toBe(true);
    await second.stop();
  });

  test('is handed to an operator as it came, and to nobody else', async () => {
    const path = `${service.url}/quarantine/${kept.id}/message`;
    const ask = async (token: string) => await fetch(path, { headers: { authorization: `Bearer ${token}` } });
    const response = await ask(readFileSync(join(stage.secrets, 'operator.token'), 'utf8'));
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${kept.id}.eml.infected"`);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(text))).toBe(true);
    expect((await ask(notification)).status).toBe(403);
    expect((await ask(await stage.citizenToken(anna.holder, 'enrolment'))).status).toBe(403);
    expect((await stage.call('GET', '/quarantine/nessuno/message', { as: 'operator', to: service })).status).toBe(404);
  });

  // @rule VIRUS-KEPT-30-MONTHS
  test('is kept through the same day thirty months later, and erased after it', async () => {
    expect(kept).toMatchObject({ at: '2010-08-02T07:00:00.000Z', keepUntil: '2013-02-02T23:00:00.000Z' });
    const file = () => readdirSync(folder).includes(kept.id);
    await stage.setClock(parseInstant('2013-02-02T22:59:59Z'));
    await expect(keptAbout(kept.identificativo)).resolves.toHaveLength(1);
    await stage.setClock(parseInstant('2013-02-02T23:00:00Z'));
    await eventually(async () => expect(await keptAbout(kept.identificativo)).toEqual([]));
    await eventually(() => !file());
    const path = `/quarantine/${kept.id}/message`;
    expect((await stage.call('GET', path, { as: 'operator', to: service })).status).toBe(404);
  });
});

describe('while clamd cannot answer', () => {
  // @rule VIRUS-LAST-ASKED
  test('what is decided without it is answered: a repetition as before, a faulty form by its notice', async () => {
    const text = mail(inpsSender, comune, ['Subject: Prima della pausa', 'Message-ID: <1@client.example>']);
    const raw = mail(anna.box, comune, ['Subject: SMTP prima della pausa', 'Message-ID: <2@client.example>']);
    const bySmtp = { from: anna.box, to: [comune], raw };
    const [first, told] = [await submit(service, notification, text), await sendMail(stage, service, asAnna, bySmtp)];
    expect([first.body.outcome, told.code]).toEqual(['accepted', 250]);
    await scanner.kill();
    expect(await submit(service, notification, text)).toEqual(first);
    expect(await sendMail(stage, service, asAnna, bySmtp)).toEqual(told);
    const faulty = mail('altra@inpspec.gov.it', comune, ['Subject: Altro mittente in pausa']);
    const { body } = await submit(service, notification, faulty, { query: `?sender=${inpsSender}` });
    expect(body).toMatchObject({ outcome: 'refused', reasons: [{ rule: 'RFC6109-3.1.1-3' }] });
    const unheard = mail(inpsSender, comune, ['Subject: Durante la pausa']);
    expect((await submit(service, notification, unheard)).status).toBe(503);
    await scanner.run();
    await quiet(service);
    expect(noticesAbout(body.identificativo, inpsSender).map(({ errore }) => errore)).toEqual(['altro']);
    expect(inBox(comune, 'POSTA CERTIFICATA: Prima della pausa')).toBe(1);
    expect(inBox(comune, 'POSTA CERTIFICATA: SMTP prima della pausa')).toBe(1);
  });

  // @rule VIRUS-LAST-ASKED
  test('an envelope that was taken is answered as before when it is brought again, another one has to wait', async () => {
    const envelope = async (subject: string, number: number) =>
      await sealedEnvelope(service.app.get(Installation), enti, { from: comune, to: anna.box, subject, number });
    const [taken, unheard] = [await envelope('Portata due volte', 71), await envelope('Portata in pausa', 72)];
    const { port } = service.app.get(IncomingPoint).state;
    const answer = async (content: Buffer) => (await bring(port, { from: comune, to: [anna.box], content })).at(-1);
    const first = await answer(taken);
    expect(first).toMatch(/^250 /);
    await scanner.kill();
    expect(await answer(taken)).toBe(first);
    expect(await answer(unheard)).toMatch(/^451 /);
    await scanner.run();
    await eventually(async () => (await answer(unheard)) === first);
    await quiet(service);
    for (const subject of ['Portata due volte', 'Portata in pausa'])
      expect(inBox(anna.box, `POSTA CERTIFICATA: ${subject}`)).toBe(1);
  });

  // @rule VIRUS-NEVER-PASSED
  test.each([
    ['is not there', async () => await scanner.kill(), async () => await scanner.run()],
    ['takes connections and says nothing', async () => scanner.freeze(), async () => scanner.wake()],
  ])('because it %s, nothing passes, and all of it is accepted afterwards', async (how, fails, recovers) => {
    await service.stop();
    service = await stage.service({ ...scanner.settings, RECAPITO_CLAMD_SECONDS: '1' });
    await fails();
    const text = mail(inpsSender, comune, [`Subject: Mentre ${how}`]);
    const before = (await factsOf(service)).length;
    expect(await submit(service, notification, text)).toMatchObject({
      status: 503,
      body: { type: 'service/unavailable' },
    });
    const raw = mail(anna.box, comune, [`Subject: SMTP mentre ${how}`]);
    const bySmtp = { from: anna.box, to: [comune], raw };
    expect(await sendMail(stage, service, asAnna, bySmtp)).toMatchObject({ code: 451 });
    expect(await factsOf(service)).toHaveLength(before);
    await recovers();
    await eventually(async () => (await submit(service, notification, text)).status === 201);
    await eventually(async () => (await sendMail(stage, service, asAnna, bySmtp)).code === 250);
    await quiet(service);
    expect(inBox(comune, `POSTA CERTIFICATA: Mentre ${how}`)).toBe(1);
    expect(inBox(comune, `POSTA CERTIFICATA: SMTP mentre ${how}`)).toBe(1);
  });
});

describe('an installation without an antivirus', () => {
  test('says so, and one that looks for viruses without a key to close them away does not start', async () => {
    const health = async (running: RunningService) =>
      (await (await fetch(`${running.management}/health/ready`)).text()).includes('"engine":"none"');
    expect(await health(service)).toBe(false);
    const without = await stage.service();
    expect(await health(without)).toBe(true);
    await without.stop();
    const secrets = join(stage.folder, 'keyless');
    cpSync(stage.secrets, secrets, { recursive: true, filter: (path) => !path.endsWith('quarantine.key') });
    await expect(stage.start({ ...scanner.settings, RECAPITO_SECRETS: secrets })).rejects.toThrow('quarantine.key');
  });
});
