import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageRefused } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { deliveryReceipt, seal } from '@recapito/rfc6109';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { sendMail } from './mail-client.ts';
import { bring as bringTo } from './peer.ts';
import { dataOf, mail, quiet } from './post.ts';
import { anna, comune, inAugust, Stage } from './stage.ts';

const stage = new Stage();
const endless = { most: 1_000_000, minutes: 60 };
const identity = new IdentityStandIn().knows(anna.box, 'cec-pac', anna.holder);
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  stage.amend('enti', { ordinaryMail: 'enclose' });
  // One test writes to a thousand addresses.
  stage.amend('postacertificata', { pace: { messages: endless, recipients: endless } });
  await stage.asks(identity);
  await stage.set();
  service = await stage.service();
});

afterAll(() => stage.end());

/** What a client is told of a message from Anna, byte for byte. */
async function told(header: readonly string[], to: readonly string[] = [comune]): Promise<string> {
  const raw = Buffer.from(mail(anna.box, comune, header), 'latin1');
  const { code, words } = await sendMail(stage, service, { user: anna.box }, { from: anna.box, to, raw });
  return `${code} ${words}`;
}

const accepted = /^250 2\.6\.0 (\S+) accettato$/;
const noticed = /^250 2\.6\.0 (\S+) ricevuto: segue un avviso di non accettazione$/;

const crowd = `Cc: ${Array.from({ length: 15_000 }, (_, nth) => `a${nth}@b.it`).join(',\r\n ')}`;

/** So many bytes of a subject, folded as mail folds. */
function subjectOf(bytes: number, letter: string): string {
  return `Subject: ${`${letter.repeat(60)}\r\n `.repeat(Math.ceil(bytes / 63))}fine`;
}

describe('at the access point', () => {
  test.each([
    ['the subject', 'Subject: prima\0dopo'],
    ['an address', `Cc: prima\0dopo@pec.comune.borgovento.example`],
    ['the address for replies', `Reply-To: prima\0dopo@pec.comune.borgovento.example`],
  ])('a NUL byte in %s is a fault of form, told by a notice', async (_, field) => {
    const answer = await told([field]);
    expect(answer).toMatch(noticed);
    const [, identificativo = ''] = noticed.exec(answer) ?? [];
    const [refused] = await dataOf(service, messageRefused, identificativo);
    expect(refused?.erroreEsteso).toContain('RFC 5322');
    expect(JSON.stringify(refused)).not.toContain('\\u0000');
  });

  test.each([
    ['half a pair of surrogates in UTF-8', '=?utf-8?Q?met=ED=A0=BDa?='],
    ['half a pair of surrogates in UTF-16', '=?utf-16be?B?2D0AYQ==?='],
    ['bytes that are no UTF-8', '=?utf-8?B?////?='],
    ['a NUL in encoded words', '=?utf-8?Q?a=00b?='],
    ['controls in encoded words', '=?utf-8?Q?a=1B=07b?='],
    ['an alphabet that nobody knows', '=?x-nessuno?B?YWJj?='],
    ['encoded words that do not end', '=?utf-8?B?YWJj'],
  ])('a subject of %s is certified as it can be read', async (_, subject) => {
    expect(await told([`Subject: ${subject}`])).toMatch(accepted);
  });

  // @rule CERTIFIED-SIZE
  test.each([
    ['a subject as long as a header may be', subjectOf(200 * 1024, 'e')],
    ['one of letters that grow when they are read', subjectOf(200 * 1024, '\xe9')],
  ])('%s is refused for good, and nothing is taken', async (_, field) => {
    const before = await stage.client.submission.count();
    expect(await told([field])).toMatch(/^554 5\.6\.0 .*\(CERTIFIED-SIZE\)$/);
    expect(await stage.client.submission.count()).toBe(before);
  });

  test('fifteen thousand addresses beside the one that it was sent to are a fault of form, told by a notice that ends', async () => {
    const answer = await told([crowd]);
    expect(answer).toMatch(noticed);
    const [, identificativo = ''] = noticed.exec(answer) ?? [];
    const [refused] = await dataOf(service, messageRefused, identificativo);
    expect(refused?.destinatari).toEqual([{ indirizzo: comune, tipo: 'certificato' }]);
    expect(refused?.erroreEsteso).toMatch(/a0@b\.it, .*a19@b\.it e altri 14980$/);
  });

  test('a thousand recipients of which the header names none are told in words that end', async () => {
    const hidden = Array.from(
      { length: 1_000 },
      (_, nth) => `${'a'.repeat(54)}${String(nth).padStart(6, '0')}@${'b'.repeat(40)}.it`,
    );
    const answer = await told([], hidden);
    expect(answer).toMatch(noticed);
    const [, identificativo = ''] = noticed.exec(answer) ?? [];
    const [refused] = await dataOf(service, messageRefused, identificativo);
    expect(refused?.erroreEsteso.length).toBeLessThan(16_384);
    await quiet(service);
  });
});

describe('at the incoming point', () => {
  function bring(from: string, content: Buffer): Promise<string[]> {
    return bringTo(service.app.get(IncomingPoint).state.port, { from, to: [comune], content });
  }

  /** A receipt of PostaCertificat@ whose Message-ID, which no signature covers, was replaced. */
  async function receiptNamed(messageId: string): Promise<Buffer> {
    const installation = service.app.get(Installation);
    const provider = installation.own('PostaCertificat@');
    const message = {
      identificativo: `pec9.20100802090000.00001@${provider.domain}`,
      msgid: null,
      mittente: comune,
      destinatari: [{ indirizzo: anna.box, tipo: 'certificato' as const }],
      risposte: comune,
      oggetto: 'x',
      ricevuta: 'completa' as const,
    };
    const by = { provider, messageId: `da.sostituire@${provider.domain}`, at: inAugust };
    const receipt = deliveryReceipt(message, by, { recipient: anna.box, form: 'sintetica', original: null });
    const bytes = await seal(receipt, installation.signerOf(provider));
    return Buffer.from(
      bytes.toString('latin1').replace(`<${by.messageId}>`, () => messageId),
      'latin1',
    );
  }

  test.each([
    ['with a NUL byte in it', '<prima\0dopo@postacertificata.gov.it>'],
    ['that no index can hold', `<${'a'.repeat(5_000)}@postacertificata.gov.it>`],
  ])('a receipt with a Message-ID %s is none, and is enclosed: the same one once', async (_, messageId) => {
    const replies = await bring('posta-certificata@postacertificata.gov.it', await receiptNamed(messageId));
    expect(replies.at(-1)).toMatch(/^250 2\.6\.0 /);
    await quiet(service);
    const enclosed = stage.store.messagesOf(comune).filter((each) => each.includes('ANOMALIA MESSAGGIO: CONSEGNA'));
    expect(enclosed).toHaveLength(1);
  });

  test.each([
    ['a NUL byte in its Message-ID', 'Message-ID: <prima\0dopo@altrove.example>'],
    ['a NUL byte in its subject', 'Subject: prima\0dopo'],
    ['a subject as long as a header may be', subjectOf(200 * 1024, '\xe9')],
    ['more addresses than can be told', crowd],
  ])('ordinary mail with %s is enclosed and reaches the box', async (what, field) => {
    const words = `Dentro: ${what}.`;
    const content = Buffer.from(mail('amico@posta.example', comune, [field], words), 'latin1');
    expect((await bring('amico@posta.example', content)).at(-1)).toBe('250 2.6.0 ricevuto, non certificato');
    await quiet(service);
    const found = stage.store.messagesOf(comune).filter((message) => message.includes(words));
    expect(found).toHaveLength(1);
  });
});
