import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anomalyEnclosed, receiptUnplaced } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { anomalyEnvelope, seal } from '@recapito/rfc6109';
import { eicar, eventually, VirusScanner } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { bring as bringTo } from './peer.ts';
import { dataOf, factsOf, filesWithoutRow, mail, quiet } from './post.ts';
import { anna, comune, entiReceipts, full, inAugust, inpsSender, provincia, Stage } from './stage.ts';

const stage = new Stage();
const enti = 'Gestore PEC degli Enti';
let scanner: VirusScanner;
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  stage.amend('enti', { ordinaryMail: 'enclose' });
  scanner = await VirusScanner.start();
  stage.onEnd(() => scanner.remove());
  await stage.set();
  service = await stage.service(scanner.settings);
});

afterAll(() => stage.end());

/** Brings a message to the incoming point, and gives back all replies to it. */
function bring(from: string, to: readonly string[], content: string | Buffer): Promise<string[]> {
  return bringTo(service.app.get(IncomingPoint).state.port, { from, to, content });
}

/** What a provider of the index has signed, and what is neither an envelope nor a receipt. */
async function signedAndMalformed(subject: string, from: string, to: string): Promise<Buffer> {
  const installation = service.app.get(Installation);
  const provider = installation.own('PostaCertificat@');
  const by = { provider, messageId: `malformata.1@${provider.domain}`, at: inAugust };
  const dialog = { reversePath: from, forwardPath: [to], sender: from, reason: 'prova' };
  const original = Buffer.from(mail(from, to, [`Subject: ${subject}`]));
  return await seal(anomalyEnvelope(original, by, dialog), installation.signerOf(provider));
}

/** The anomaly envelopes in a box that enclose a message of this subject, after openssl has believed their signature. */
function enclosed(box: string, subject: string): string[] {
  const messages = stage.store.messagesOf(box).filter((each) => each.includes(`Subject: ${subject}\r\n`));
  return messages.map((message) => {
    const file = join(stage.folder, 'anomaly.eml');
    writeFileSync(file, message);
    const words = [
      'cms',
      '-verify',
      '-in',
      file,
      '-CAfile',
      join(stage.providers, 'authority.pem'),
      '-out',
      '/dev/null',
    ];
    execFileSync('openssl', words, { stdio: 'pipe' });
    return message.toString('latin1');
  });
}

/** All facts about a subject are told under one id: it was enclosed, then repeated so many times; one row each is left of it. */
async function expectOnceUnderOneId(subject: string, repetitions = 1): Promise<void> {
  const told = (await factsOf(service)).filter(({ data }) => data['oggetto'] === subject);
  const [first] = told;
  if (first === undefined) throw new Error(`nothing was told of ${subject}`);
  const repeated = Array.from({ length: repetitions }, () => 'arrival-repeated');
  expect((await factsOf(service, first.key)).map(({ type }) => type)).toEqual(['anomaly-enclosed', ...repeated]);
  expect(told).toHaveLength(1 + repetitions);
  const messages = await stage.client.message.findMany({ include: { arrivals: true } });
  const about = messages.filter(({ certified }) => JSON.stringify(certified).includes(`"oggetto":"${subject}"`));
  expect(about.map(({ identificativo, arrivals }) => [identificativo, arrivals.length])).toEqual([[first.key, 1]]);
}

describe('ordinary mail', () => {
  // @rule INCOMING-ANOMALY
  test('for a provider that encloses it reaches the box in a signed envelope that certifies nothing', async () => {
    const ordinary = mail('amico@posta.example', comune, ['Subject: Da fuori', 'Message-ID: <x@posta.example>']);
    const replies = await bring('amico@posta.example', [comune, provincia], ordinary);
    expect(replies.at(-1)).toBe('250 2.6.0 ricevuto, non certificato');
    await quiet(service);
    for (const box of [comune, provincia]) {
      const [envelope, ...more] = enclosed(box, 'Da fuori');
      expect(more).toEqual([]);
      expect(envelope).toContain('Subject: ANOMALIA MESSAGGIO: Da fuori\r\n');
      expect(envelope).toContain('X-Trasporto: errore\r\n');
      expect(envelope).toContain('<posta-certificata@gestore-enti.example>');
      expect(envelope).toContain('amico@posta.example');
      expect(envelope).not.toContain('daticert.xml');
    }
    const [told, ...others] = await dataOf(service, anomalyEnclosed);
    expect(others).toEqual([]);
    expect(told).toMatchObject({ gestore: enti, mittente: 'amico@posta.example', msgid: '<x@posta.example>' });
    expect(told?.motivo).toBe('Il messaggio non porta la firma di un gestore.');
    const [key] = (await factsOf(service)).map(({ key: of }) => of);
    expect((await factsOf(service, key)).map(({ type }) => type)).toEqual(['anomaly-enclosed']);
  });

  test('brought again, as when the answer was lost, is enclosed once', async () => {
    const ordinary = mail('amico@posta.example', comune, ['Subject: Due volte']);
    const [one, other] = [
      await bring('amico@posta.example', [comune], ordinary),
      await bring('amico@posta.example', [comune], ordinary),
    ];
    expect(one.at(-1)).toBe('250 2.6.0 ricevuto, non certificato');
    expect(other.at(-1)?.slice(0, 3)).toBe('250');
    await quiet(service);
    expect(enclosed(comune, 'Due volte')).toHaveLength(1);
    await expectOnceUnderOneId('Due volte');
  });

  test('brought again while clamd cannot answer is answered as before, and anything else has to wait', async () => {
    const ordinary = (subject: string) => mail('amico@posta.example', comune, [`Subject: ${subject}`]);
    const answer = async (subject: string) =>
      (await bring('amico@posta.example', [comune], ordinary(subject))).at(-1)?.slice(0, 3);
    expect(await answer('Prima della pausa')).toBe('250');
    await scanner.kill();
    expect([await answer('Prima della pausa'), await answer('Nella pausa')]).toEqual(['250', '451']);
    await scanner.run();
    await eventually(async () => (await answer('Nella pausa')) === '250');
    await quiet(service);
    expect(
      [enclosed(comune, 'Prima della pausa'), enclosed(comune, 'Nella pausa')].map(({ length }) => length),
    ).toEqual([1, 1]);
    await expectOnceUnderOneId('Prima della pausa');
  });

  test('brought many times at once is enclosed once', async () => {
    const ordinary = mail('amico@posta.example', comune, ['Subject: Tutte insieme']);
    const brought = await Promise.all(
      Array.from({ length: 6 }, () => bring('amico@posta.example', [comune, provincia], ordinary)),
    );
    for (const replies of brought) expect(replies.at(-1)).toMatch(/^250 /);
    await quiet(service);
    for (const box of [comune, provincia]) expect(enclosed(box, 'Tutte insieme')).toHaveLength(1);
    await expectOnceUnderOneId('Tutte insieme', 5);
  });

  test('with the null reverse path is about nothing of ours when it quotes no message of ours, and is refused', async () => {
    const bounce = mail('mailer-daemon@posta.example', comune, ['Subject: Rimbalzo']);
    expect((await bring('', [comune], bounce)).at(-1)).toMatch(/^554 5\.7\.1 .*\(INCOMING-SIGNED\)$/);
    await quiet(service);
    expect(enclosed(comune, 'Rimbalzo')).toEqual([]);
    expect(await stage.client.emission.count()).toBe(0);
  });

  // @rule INCOMING-ANOMALY
  test('is refused at RCPT for the boxes that do not take it, and taken for the others', async () => {
    const ordinary = (subject: string) => mail('amico@posta.example', comune, [`Subject: ${subject}`]);
    const refusal = '550 5.7.1 La casella non riceve messaggi non certificati da questo mittente. (INCOMING-ANOMALY)';
    const unknown = 'nessuno@pec.comune.borgovento.example';
    const replies = await bring('amico@posta.example', [unknown, comune], ordinary('Ignota'));
    expect(replies.slice(1)).toEqual([refusal, expect.stringMatching(/^250 /), '250 2.6.0 ricevuto, non certificato']);
    expect((await bring('amico@posta.example', [entiReceipts], ordinary('Di servizio'))).at(-1)).toBe(refusal);
    await quiet(service);
    expect(enclosed(comune, 'Ignota')).toHaveLength(1);
    expect(stage.store.messagesOf(entiReceipts)).toEqual([]);
  });

  // @rule VIRUS-ORDINARY-REFUSED
  test('in which there is a virus is refused', async () => {
    const infected = mail('amico@posta.example', comune, ['Subject: Infetto'], eicar);
    expect((await bring('amico@posta.example', [comune], infected)).at(-1)).toMatch(
      /^554 5\.7\.1 Nel messaggio e' stato rilevato un virus: .*\(VIRUS-ORDINARY-REFUSED\)$/,
    );
    await quiet(service);
    expect(enclosed(comune, 'Infetto')).toEqual([]);
  });

  test('for a provider that refuses it is refused before its content comes', async () => {
    expect(await bring('amico@posta.example', [anna.box], '')).toEqual([
      expect.stringMatching(/^250 /),
      '550 5.7.1 La casella riceve solo posta elettronica certificata. (INCOMING-ORDINARY)',
    ]);
  });
});

describe('what a provider has signed and is not in form', () => {
  // @rule INCOMING-ANOMALY
  test('is enclosed for boxes that take mail from its sender, and the words say what was missing', async () => {
    const malformed = await signedAndMalformed('Malformata', anna.box, comune);
    expect((await bring(anna.box, [comune], malformed)).at(-1)).toBe('250 2.6.0 ricevuto, non certificato');
    await quiet(service);
    const [envelope] = enclosed(comune, 'Malformata');
    expect(envelope).toContain('ANOMALIA MESSAGGIO: ');
    const told = (await dataOf(service, anomalyEnclosed)).find(({ mittente }) => mittente === anna.box);
    expect(told?.motivo).toBe('Il messaggio firmato non ha la forma di una busta o di una ricevuta (daticert.xml).');
    expect(stage.store.messagesOf(anna.box)).toEqual([]);
  });

  // @rule INCOMING-ANOMALY
  test('is refused where the circuit does not admit its sender', async () => {
    const between = await signedAndMalformed('Tra cittadini', full.box, anna.box);
    expect((await bring(full.box, [anna.box], between)).at(-1)).toMatch(/^550 5\.7\.1 .*\(INCOMING-ANOMALY\)$/);
  });

  test('and finds no box in the mail store leaves that in the trace, for nobody awaits a notice', async () => {
    const anagrafe = 'anagrafe@pec.comune.borgovento.example';
    const malformed = await signedAndMalformed('Senza casella', anna.box, anagrafe);
    expect((await bring(anna.box, [anagrafe], malformed)).at(-1)).toMatch(/^250 /);
    await quiet(service);
    expect((await dataOf(service, receiptUnplaced)).filter(({ casella }) => casella === anagrafe)).toMatchObject([
      { tipo: 'anomalia', casella: anagrafe, motivo: '5.1.1' },
    ]);
    expect(await stage.client.emission.count()).toBe(0);
  });
});

describe('a transaction for boxes of two providers of ours', () => {
  test('is answered for by one of them: the other’s recipients have one of their own', async () => {
    const ordinary = mail('amico@posta.example', comune, ['Subject: A due gestori']);
    expect(await bring(inpsSender, [comune, anna.box], ordinary)).toEqual([
      expect.stringMatching(/^250 /),
      expect.stringMatching(/^250 /),
      '452 4.5.3 Un altro gestore: in una transazione a parte (SMTP-INCOMING)',
      '250 2.6.0 ricevuto, non certificato',
    ]);
  });
});

describe('what was refused', () => {
  test('lies in no file', async () => {
    expect(await filesWithoutRow(service, stage.folder)).toEqual([]);
  });
});
