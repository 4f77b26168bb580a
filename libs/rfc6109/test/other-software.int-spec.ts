import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { after, isRefusal } from '@recapito/primitives';
import {
  acceptanceReceipt,
  anomalyEnvelope,
  deliveryReceipt,
  issueRevocationList,
  judgeIncoming,
  nonAcceptanceNotice,
  nonDeliveryNotice,
  seal,
  takingInChargeReceipt,
  timeLimitNotice,
  transportEnvelope,
  virusDetectionNotice,
  virusNonAcceptanceNotice,
  virusNonDeliveryNotice,
} from '../src/index.ts';
import type { CertifiedMessage, SystemMessage } from '../src/index.ts';
import { at, message, postacert, receiver, sender, twoProviders, validity } from './example.ts';

const dtd = new URL('../daticert.dtd', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'recapito-rfc6109-'));
const file = (name: string) => join(folder, name);

const odd: CertifiedMessage = {
  ...message,
  msgid: null,
  oggetto: '<Città> & "€" – 日本 \u0007',
  ricevuta: 'sintetica',
  destinatari: Array.from({ length: 50 }, (_, n) => ({ indirizzo: `u${n}@pec.comune.example`, tipo: 'certificato' })),
};
const by = {
  provider: receiver,
  messageId: 'altro.20140714093017.00078@posta.altrogestore.example',
  at: after(at, 2000),
};
const recipient = 'protocollo@pec.comune.example';
const serviceMailbox = 'ricevute@posta.gestore.example';
const eightBit = postacert('To: protocollo@pec.comune.example\r\n\r\n\xe8 senza fine');

function familyOf(original: CertifiedMessage, body: Buffer): SystemMessage[] {
  return [
    transportEnvelope(original, { provider: sender, at }, body),
    acceptanceReceipt(original, { ...by, provider: sender }),
    nonAcceptanceNotice(original, { ...by, provider: sender }, 'più di 50 destinatari & altro'),
    virusNonAcceptanceNotice(original, { ...by, provider: sender }, '5.7.1 - <virus> & altro'),
    takingInChargeReceipt(original, by, { recipients: [recipient], serviceMailbox }),
    virusDetectionNotice(original, by, { recipient, serviceMailbox, erroreEsteso: '5.7.1 - <virus> & altro' }),
    deliveryReceipt(original, by, { recipient, form: 'completa', original: body }),
    deliveryReceipt(original, by, { recipient, form: 'breve', original: body }),
    deliveryReceipt(original, by, { recipient, form: 'sintetica', original: null }),
    nonDeliveryNotice(original, by, { recipient, errore: 'altro', erroreEsteso: '5.2.2 - casella piena' }),
    virusNonDeliveryNotice(original, by, { recipient, erroreEsteso: '5.7.1 - <virus> & altro' }),
    timeLimitNotice(original, by, { recipient, limit: 'twelve-hours' }),
    timeLimitNotice(original, by, { recipient, limit: 'twenty-four-hours' }),
  ];
}

let providers: Awaited<ReturnType<typeof twoProviders>>;

beforeAll(async () => {
  providers = await twoProviders();
  const { authority, credentials } = providers;
  const crl = await issueRevocationList(authority, validity);
  const crlPem = execFileSync('openssl', ['crl', '-inform', 'DER'], { input: crl });
  writeFileSync(file('ca.pem'), Buffer.concat([Buffer.from(authority.certificate), crlPem]));
  writeFileSync(file('sender.pem'), credentials.sender.certificate);
  writeFileSync(file('sender.key'), credentials.sender.privateKey, { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['an ordinary message', message, postacert()],
  ['50 recipients, an odd subject, no Message-ID, an 8-bit body without a last line end', odd, eightBit],
])('openssl and xmllint agree with us on the family of %s', (_, original, body) => {
  test.each(familyOf(original, body).map((built) => [built.certification.tipo, built] as const))(
    '%s',
    async (tipo, built) => {
      writeFileSync(
        file('message.eml'),
        await seal(built, providers.signers[tipo === 'posta-certificata' ? 'sender' : 'receiver']),
      );
      const content = execFileSync(
        'openssl',
        ['cms', '-verify', '-in', file('message.eml'), '-CAfile', file('ca.pem'), '-crl_check'],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      );
      expect(content.equals(built.content)).toBe(true);

      const [, base64 = ''] =
        /filename="daticert\.xml"\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(content.toString('latin1')) ?? [];
      writeFileSync(file('daticert.xml'), Buffer.from(base64, 'base64'));
      const lint = execFileSync('xmllint', [
        '--nonet',
        '--dtdvalid',
        dtd,
        '--xpath',
        'string(/postacert/@tipo)',
        file('daticert.xml'),
      ]);
      expect(lint.toString().trim()).toBe(tipo);
    },
  );
});

describe('openssl verifies an anomaly envelope', () => {
  test.each([
    ['an ordinary message', postacert()],
    ['8 bits, bare line feeds and no last line end', Buffer.from('To: \xe8\nX: \0\n\n--\r\r\n\xe8', 'latin1')],
    ['nothing', Buffer.alloc(0)],
  ])('around %s', async (_, incoming) => {
    const dialog = { reversePath: 'a@posta.example', forwardPath: [recipient], sender: '', reason: 'x' };
    const built = anomalyEnvelope(incoming, by, dialog);
    writeFileSync(file('message.eml'), await seal(built, providers.signers.receiver));
    const verify = ['cms', '-verify', '-in', file('message.eml'), '-CAfile', file('ca.pem'), '-crl_check'];
    const content = execFileSync('openssl', verify, { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(content.equals(built.content)).toBe(true);
  });
});

describe('xmllint', () => {
  test('refuses with our DTD what it should: an element out of its order', () => {
    const wrong = '<postacert tipo="accettazione"><dati/><intestazione/></postacert>';
    writeFileSync(file('wrong.xml'), wrong);
    expect(() =>
      execFileSync('xmllint', ['--nonet', '--noout', '--dtdvalid', dtd, file('wrong.xml')], { stdio: 'ignore' }),
    ).toThrow();
  });
});

describe('we agree with openssl on what it signs', () => {
  test.each(['sha256', 'sha1', 'sha512'])('with %s and lengths left open', (digest) => {
    const built = transportEnvelope(message, { provider: sender, at }, postacert());
    writeFileSync(file('content'), built.content);
    const command = `cms -sign -binary -crlfeol -stream -md ${digest}`.split(' ');
    const files = ['-in', file('content'), '-signer', file('sender.pem'), '-inkey', file('sender.key')];
    const signed = execFileSync('openssl', [...command, ...files]).toString('latin1');
    const whole = Buffer.from(built.header + signed.replace(/\r?\n/g, '\r\n'), 'latin1');
    expect(judgeIncoming(whole, message.mittente, providers.known, at)).toMatchObject({ kind: 'envelope' });
    const changed = Buffer.from(whole.toString('latin1').replace('Chiedo', 'Chieda'), 'latin1');
    const judged = judgeIncoming(changed, message.mittente, providers.known, at);
    expect(isRefusal(judged) && judged.refused).toBe('signature/altered');
  });
});

describe('openssl sees the certificate profile of RFC 6109 section 5.5', () => {
  test('in a provider’s certificate', () => {
    const text = execFileSync('openssl', [
      'x509',
      '-in',
      file('sender.pem'),
      '-noout',
      '-text',
      '-nameopt',
      'utf8,sep_comma_plus',
    ]).toString();
    expect(text).toContain('Subject: O=Gestore Esempio S.p.A.,CN=Gestore Esempio S.p.A.');
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/X509v3 Authority Key Identifier: \s+[0-9A-F:]{59}/);
    expect(text).toMatch(/X509v3 Subject Key Identifier: \s+[0-9A-F:]{59}/);
    expect(text).toMatch(/X509v3 Subject Alternative Name: \s+email:posta-certificata@posta\.gestore\.example/);
    expect(text).toMatch(/Not Before: Jan {2}1 00:00:00 2005 GMT\s+Not After : Jan {2}1 00:00:00 2040 GMT/);
    expect(text).toContain('Public-Key: (2048 bit)');
    expect(text).not.toContain('Basic Constraints');
  });
});
