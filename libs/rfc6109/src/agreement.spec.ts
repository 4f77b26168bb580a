import { beforeAll, describe, expect, test } from '@jest/globals';
import { after, isRefusal } from '@recapito/primitives';
import { at, message, postacert, receiver, sender, submitted, twoProviders } from '../test/example.ts';
import { deliveryReceipt, judgeIncoming, ownerOfId, seal, timeLimitNotice, transportEnvelope } from './index.ts';
import type { CertifiedMessage } from './index.ts';

let providers: Awaited<ReturnType<typeof twoProviders>>;
let envelope: string;
let receipt: string;
const byReceiver = 'posta-certificata@posta.altrogestore.example';
const recipient = 'protocollo@pec.comune.example';

async function envelopeOf(certified: CertifiedMessage, original = postacert()): Promise<string> {
  const built = transportEnvelope(certified, { provider: sender, at }, original);
  return (await seal(built, providers.signers.sender)).toString('latin1');
}

async function receiptOf(certified: CertifiedMessage, form: 'completa' | 'sintetica'): Promise<string> {
  const by = {
    provider: receiver,
    messageId: 'altro.20140714093017.00078@posta.altrogestore.example',
    at: after(at, 2000),
  };
  const built = deliveryReceipt(certified, by, { recipient, form, original: form === 'completa' ? postacert() : null });
  return (await seal(built, providers.signers.receiver)).toString('latin1');
}

beforeAll(async () => {
  providers = await twoProviders();
  envelope = await envelopeOf(message);
  receipt = await receiptOf(message, 'completa');
});

function judged(text: string, reversePath: string): string {
  const verdict = judgeIncoming(Buffer.from(text, 'latin1'), reversePath, providers.known, at);
  if (isRefusal(verdict)) return verdict.refused;
  if (verdict.kind !== 'anomalous') return verdict.kind;
  return `${verdict.why.refused} ${String(verdict.why.details?.['where'] ?? '')}`.trim();
}

/** The same message with another outer header. */
function altered(text: string, change: (header: string) => string): string {
  const end = text.indexOf('\r\n\r\n');
  return change(text.slice(0, end + 2)) + text.slice(end + 2);
}

/** `POSTA CERTIFICATA: Istanza di residenza – città`, in three encoded words of two character sets. */
const anotherEncoding =
  '=?iso-8859-15?Q?POSTA_CERTIFICATA=3A?=\r\n =?utf-8?B?IElzdGFuemEgZGkgcmVzaWRlbnphIOKAkw==?= =?utf-8?Q?_citt=C3=A0?=';

const subject = /^Subject: .*\r\n(?:[ \t].*\r\n)*/m;

// @rule INCOMING-AGREES
describe('an envelope whose outer header', () => {
  test.each([
    [
      'has another Subject',
      (h: string) => h.replace(subject, 'Subject: POSTA CERTIFICATA: Cambi la password\r\n'),
      'Subject',
    ],
    ['has lost the prefix of its Subject', (h: string) => h.replace('POSTA CERTIFICATA:', ''), 'Subject'],
    ['has a second Subject', (h: string) => `${h}Subject: Altro\r\n`, 'subject'],
    ['has a second From', (h: string) => `From: ${recipient}\r\n${h}`, undefined],
    [
      'names an author beside the provider who has no valid address',
      (h: string) => h.replace(/(From: [^]*?>)/, '$1, "Sindaco" <sindaco@comune>'),
      'From',
    ],
    [
      'has two addresses in the one entry of From',
      (h: string) => h.replace(/(From: [^]*?>)/, '$1 <sindaco@pec.comune.example>'),
      'From',
    ],
    ['speaks for another', (h: string) => h.replace('Per conto di: mario.rossi@', 'Per conto di: sindaco@'), 'From'],
    ['speaks for nobody', (h: string) => h.replace(/From: "[^"]*"\s+/, 'From: '), 'From'],
    [
      'names another recipient in To',
      (h: string) => h.replace('To: Protocollo <protocollo@', 'To: Protocollo <urp@'),
      'To',
    ],
    ['names one more in Cc', (h: string) => `${h}Cc: altri@comune.example\r\n`, 'Cc'],
    [
      'moves a recipient from To to Cc',
      (h: string) => h.replace(',\r\n info@comune.example', '').concat('Cc: info@comune.example\r\n'),
      'To',
    ],
    [
      'refers to another message',
      (h: string) => h.replace('<abc.123@client', '<altro@client'),
      'X-Riferimento-Message-ID',
    ],
    [
      'has replies go elsewhere',
      (h: string) => h.replace(/Reply-To: .*\r\n/, 'Reply-To: x@altrove.example\r\n'),
      'Reply-To',
    ],
    [
      'has a second Content-Type, which some readers take',
      (h: string) => `${h}Content-Type: text/html\r\n`,
      'content-type',
    ],
    ['has a second boundary', (h: string) => h.replace(/(boundary="[^"]*")/, '$1; boundary="altro"'), 'Content-Type'],
    [
      'has a second boundary in the form of RFC 2231',
      (h: string) => h.replace(/(boundary="[^"]*")/, "$1; boundary*=us-ascii''altro"),
      'Content-Type',
    ],
    [
      'says that all of it is encoded',
      (h: string) => `${h}Content-Transfer-Encoding: base64\r\n`,
      'Content-Transfer-Encoding',
    ],
    ['has a second Date', (h: string) => `Date: Tue, 1 Jul 2014 09:00:00 +0200\r\n${h}`, 'date'],
    ['has a line that is no field, where readers end it', (h: string) => `Gentile utente\r\n${h}`, 'RFC 5322'],
    [
      'has a line of blanks, where readers end it',
      (h: string) => h.replace('X-Trasporto', 'X-A: 1\r\n \r\nX-Trasporto'),
      'RFC 5322',
    ],
    ['was sent by another', (h: string) => `Sender: sindaco@pec.comune.example\r\n${h}`, 'Sender'],
    ['has the mark of a receipt beside its own', (h: string) => `${h}X-Ricevuta: avvenuta-consegna\r\n`, 'X-Ricevuta'],
    [
      'names somebody in To who has no valid address',
      (h: string) => h.replace('info@comune.example', 'info@comune.example, "Questura" <questura>'),
      'To',
    ],
    [
      'has another Subject beside words that nobody can decode',
      (h: string) => h.replace(subject, 'Subject: POSTA CERTIFICATA: Cambi la password =?x-ignoto?Q?Istanza?=\r\n'),
      'Subject',
    ],
    [
      'has lost its prefix, beside words that nobody can decode',
      (h: string) => h.replace(subject, 'Subject: Istanza di residenza =?x-ignoto?Q?Istanza?=\r\n'),
      'Subject',
    ],
    [
      'has another Subject in a character set that nobody knows, which readers guess',
      (h: string) =>
        h.replace(subject, 'Subject: POSTA CERTIFICATA: =?x-ignoto?Q?Cambi_la_password_su_altrove.example?=\r\n'),
      'Subject',
    ],
    [
      'has another Subject beside a word that breaks off',
      (h: string) => h.replace(subject, 'Subject: POSTA CERTIFICATA: =?utf-8?Q?Cambi_la_password_=C3?=\r\n'),
      'Subject',
    ],
  ])('%s is anomalous', (_, change, where) => {
    const verdict = judged(altered(envelope, change), message.mittente);
    expect(verdict).toBe(where === undefined ? 'incoming/foreign-domain' : `incoming/disagrees ${where}`);
  });

  test.each([
    [
      'folds and encodes its Subject in another way',
      (h: string) => h.replace(subject, `Subject: ${anotherEncoding}\r\n`),
    ],
    [
      'writes its Subject in another normal form',
      (h: string) =>
        h.replace(subject, 'Subject: POSTA CERTIFICATA: =?utf-8?Q?Istanza_di_residenza_=E2=80=93_citta=CC=80?=\r\n'),
    ],
    [
      'has a Subject in a character set that nobody knows',
      (h: string) =>
        h.replace(subject, 'Subject: POSTA CERTIFICATA: =?x-ignoto?Q?Istanza_di_residenza_=96_citt=E0?=\r\n'),
    ],
    [
      'has a Subject of which a word is in a character set that nobody knows',
      (h: string) =>
        h.replace(
          subject,
          'Subject: POSTA CERTIFICATA: Istanza di =?x-ignoto?Q?residenza?= =?utf-8?Q?=E2=80=93_citt=C3=A0?=\r\n',
        ),
    ],
    [
      'has a Subject that is in a character set that nobody knows',
      (h: string) =>
        h.replace(
          subject,
          'Subject: =?x-ignoto?Q?POSTA_CERTIFICATA:_Istanza_di?= =?x-ignoto?B?IHJlc2lkZW56YSCWIGNpdHTg?=\r\n',
        ),
    ],
    ['was sent by its provider', (h: string) => `Sender: posta-certificata@posta.gestore.example\r\n${h}`],
    ['says that it is not encoded', (h: string) => `${h}Content-Transfer-Encoding: 7bit\r\n`],
    ['has no Subject', (h: string) => h.replace(subject, '')],
    ['has no reference', (h: string) => h.replace(/X-Riferimento-Message-ID: .*\r\n/, '')],
    [
      'names its recipients in another order, with other names',
      (h: string) =>
        h.replace(
          /To: Protocollo[^]*?info@comune.example/,
          'To: "i" <INFO@comune.example>, protocollo@pec.comune.example',
        ),
    ],
    [
      'writes its sender in another case',
      (h: string) => h.replace('Per conto di: mario.rossi@', 'PER CONTO DI:  Mario.Rossi@'),
    ],
  ])('%s agrees', (_, change) => {
    expect(judged(altered(envelope, change), message.mittente)).toBe('envelope');
  });
});

// @rule INCOMING-AGREES
describe('an envelope', () => {
  test('without a subject agrees, and with one that was put there does not', async () => {
    const original = postacert(submitted.replace(/^Subject: .*\r\n/m, ''));
    const bare = await envelopeOf({ ...message, oggetto: null }, original);
    expect(judged(bare, message.mittente)).toBe('envelope');
    const forged = altered(bare, (header) => header.replace('POSTA CERTIFICATA:', 'POSTA CERTIFICATA: Urgente'));
    expect(judged(forged, message.mittente)).toBe('incoming/disagrees Subject');
  });

  test('whose provider leaves out the subject from its data is compared with the original', async () => {
    const silent = altered(await envelopeOf({ ...message, oggetto: null }), (header) =>
      header.replace(subject, 'Subject: POSTA CERTIFICATA: =?utf-8?Q?Istanza_di_residenza_=E2=80=93_citt=C3=A0?=\r\n'),
    );
    expect(judged(silent, message.mittente)).toBe('envelope');
  });

  // @rule INCOMING-ID
  test('under the id of another provider is anomalous; under one of nobody, or of a host of its own, it is not', async () => {
    const under = async (identificativo: string) =>
      judged(await envelopeOf({ ...message, identificativo }, postacert(submitted, identificativo)), message.mittente);
    expect(await under('pec1.1@posta.altrogestore.example')).toBe('incoming/foreign-id');
    expect(await under('pec1.1@mx3.posta.altrogestore.example')).toBe('incoming/foreign-id');
    expect(await under('pec1.1@posta.altrogestore.example.')).toBe('incoming/foreign-id');
    expect(await under('pec1.1@posta..altrogestore.example')).toBe('incoming/foreign-id');
    expect(await under('pec1.1@mx3.posta.gestore.example')).toBe('envelope');
    expect(await under('pec1.1@server7.example')).toBe('envelope');
  });

  test('with the null reverse path is anomalous', () => {
    expect(judged(envelope, '')).toBe('incoming/malformed reverse path');
  });
});

// @rule INCOMING-AGREES
describe('a receipt whose outer header', () => {
  test.each([
    ['has another Subject', (h: string) => h.replace(subject, 'Subject: CONSEGNA: Mai inviata\r\n'), 'Subject'],
    ['has the prefix of another kind', (h: string) => h.replace('CONSEGNA:', 'ACCETTAZIONE:'), 'Subject'],
    [
      'refers to another message',
      (h: string) => h.replace('<abc.123@client', '<mai-inviata@client'),
      'X-Riferimento-Message-ID',
    ],
    [
      'names an author beside the provider who has no valid address',
      (h: string) => h.replace(/^From: .*/m, '$&, "Sindaco" <sindaco@comune>'),
      'From',
    ],
    [
      'speaks for somebody',
      (h: string) => h.replace('From: ', 'From: "Per conto di: sindaco@comune.example" '),
      'From',
    ],
  ])('%s is anomalous', (_, change, where) => {
    expect(judged(altered(receipt, change), byReceiver)).toBe(`incoming/disagrees ${where}`);
  });

  test('has another Message-ID is a receipt all the same, and the same one', () => {
    expect(
      judged(
        altered(receipt, (h) => h.replace('<altro.2014', '<altro.2015')),
        byReceiver,
      ),
    ).toBe('receipt');
  });

  test('comes with the null reverse path is taken', () => {
    expect(judged(receipt, '')).toBe('receipt');
  });
});

test('a notice of time limits may say its cause in full', async () => {
  const notice = timeLimitNotice(
    message,
    { provider: sender, messageId: 'pec1.9@posta.gestore.example', at },
    { recipient, limit: 'twelve-hours' },
  );
  const text = (await seal(notice, providers.signers.sender)).toString('latin1');
  const from = 'posta-certificata@posta.gestore.example';
  expect(judged(text, from)).toBe('receipt');
  expect(judged(text.replace('PER SUP. TEMPO', 'PER SUPERAMENTO TEMPO'), from)).toBe('receipt');
});

// @rule INCOMING-ID
test('an id belongs to who manages its domain or the nearest one above it', () => {
  const { index } = providers.known;
  expect(ownerOfId('x@Server.Posta.Gestore.example', index)?.providerName).toBe('Gestore Esempio S.p.A.');
  expect(ownerOfId('a@posta.gestore.example@server.example', index)).toBeUndefined();
  expect(ownerOfId('senza-dominio', index)).toBeUndefined();
});
