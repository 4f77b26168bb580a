import { beforeAll, describe, expect, test } from '@jest/globals';
import { after, instant, isRefusal, parseInstant } from '@recapito/primitives';
import { at, entry, message, postacert, receiver, sender, twoProviders, validity } from '../test/example.ts';
import {
  acceptanceReceipt,
  addressedAs,
  attachedOriginal,
  deliveryReceipt,
  issueProviderCertificate,
  issueRevocationList,
  judgeIncoming,
  makeAuthority,
  providerIndex,
  seal,
  signer,
  transportEnvelope,
  trustIn,
} from './index.ts';

type Providers = Awaited<ReturnType<typeof twoProviders>>;
let providers: Providers;
let envelope: Buffer;
let receipt: Buffer;

const built = transportEnvelope(message, { provider: sender, at }, postacert());
const delivered = deliveryReceipt(
  message,
  { provider: receiver, messageId: 'altro.20140714093017.00078@posta.altrogestore.example', at: after(at, 2000) },
  { recipient: 'protocollo@pec.comune.example', form: 'completa', original: postacert() },
);
const byReceiver = 'posta-certificata@posta.altrogestore.example';

beforeAll(async () => {
  providers = await twoProviders();
  envelope = await seal(built, providers.signers.sender);
  receipt = await seal(delivered, providers.signers.receiver);
});

function verdictOn(bytes: Buffer, reversePath = message.mittente, known = providers.known, when = at): string {
  const judged = judgeIncoming(bytes, reversePath, known, when);
  if (isRefusal(judged)) return judged.refused;
  return judged.kind === 'anomalous' ? `anomalous: ${judged.why.refused}` : judged.kind;
}

function originalIn(bytes: Buffer): Buffer | null {
  const judged = judgeIncoming(bytes, message.mittente, providers.known, at);
  if (isRefusal(judged) || judged.kind === 'anomalous') throw new Error('it was not taken');
  return judged.original;
}

/** The message with one thing changed after it was signed, outside what the signature covers. */
function outside(bytes: Buffer, from: string | RegExp, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
}

describe('the incoming point takes', () => {
  test('an envelope for what its certification data say, with the original untouched', () => {
    const judged = judgeIncoming(envelope, message.mittente, providers.known, at);
    expect(judged).toMatchObject({
      kind: 'envelope',
      messageId: 'pec1.20140714093015.04711@posta.gestore.example',
      certification: { tipo: 'posta-certificata', mittente: message.mittente, at, ricevuta: 'completa' },
      provider: { providerName: 'Gestore Esempio S.p.A.' },
    });
    expect(originalIn(envelope)?.equals(postacert())).toBe(true);
  });

  test('a receipt for a receipt, with its own Message-ID', () => {
    expect(judgeIncoming(receipt, byReceiver, providers.known, at)).toMatchObject({
      kind: 'receipt',
      messageId: 'altro.20140714093017.00078@posta.altrogestore.example',
      certification: { tipo: 'avvenuta-consegna', consegna: 'protocollo@pec.comune.example' },
    });
  });

  test('an original that ends without a line end, and one that holds boundaries and bytes beyond ASCII', async () => {
    const odd = postacert('To: protocollo@pec.comune.example\r\n\r\n--=_mixed_\r\n--SIGNED--\r\n\xe8 senza fine');
    const sealed = await seal(transportEnvelope(message, { provider: sender, at }, odd), providers.signers.sender);
    expect(originalIn(sealed)?.equals(odd)).toBe(true);
  });

  test('a marker whose header is written in another case', () => {
    expect(verdictOn(outside(envelope, 'X-Trasporto', 'x-TRASPORTO'))).toBe('envelope');
  });

  test('the names of the signature part that providers used before', () => {
    expect(
      verdictOn(outside(envelope, /application\/pkcs7-signature; name/, 'application/x-pkcs7-signature; name')),
    ).toBe('envelope');
  });
});

describe('the incoming point refuses', () => {
  // @rule INCOMING-SIGNED
  test('what nobody signed', () => {
    expect(verdictOn(Buffer.from('From: a@d.example\r\nX-Trasporto: posta-certificata\r\n\r\nx'))).toBe(
      'signature/absent',
    );
    expect(verdictOn(outside(envelope, 'multipart/signed', 'multipart/mixed'))).toBe('signature/absent');
  });

  // @rule INCOMING-SIGNED
  test('a signature that is none', () => {
    expect(verdictOn(outside(envelope, /(smime\.p7s"\r\n\r\n)[A-Za-z0-9+/=\r\n]+/, '$1AAAA\r\n'))).toBe(
      'signature/unreadable',
    );
  });

  // @rule INCOMING-INTACT
  test('a change of one letter in what was signed', () => {
    expect(verdictOn(outside(envelope, 'Chiedo la residenza', 'Chiedo la Residenza'))).toBe('signature/altered');
  });

  // @rule INCOMING-INTACT
  test('signed attributes that were changed with the content', () => {
    const bytes = Buffer.from(envelope);
    const [, base64 = ''] = /smime\.p7s"\r\n\r\n([A-Za-z0-9+/=\r\n]+?)\r\n--/.exec(bytes.toString('latin1')) ?? [];
    const signature = Buffer.from(base64, 'base64');
    const time = signature.indexOf('140714073015Z');
    signature.write('150714073015Z', time, 'latin1');
    expect(verdictOn(outside(bytes, base64, signature.toString('base64')))).toBe('signature/altered');
  });

  // @rule INCOMING-CERTIFICATE
  test('a certificate that is not in the index, though its authority is known', async () => {
    const strange = await issueProviderCertificate(
      providers.authority,
      { name: 'Finto Gestore', address: 'posta-certificata@posta.gestore.example' },
      validity,
    );
    const forged = await seal(built, signer(strange.certificate, strange.privateKey));
    expect(verdictOn(forged)).toBe('signature/unknown-certificate');
  });

  test('a certificate of an unknown authority, though it is in the index', async () => {
    const other = await makeAuthority('Autorità di prova', validity);
    const own = await issueProviderCertificate(other, { name: sender.name, address: byReceiver }, validity);
    const index = providerIndex([
      entry(sender, own.certificate, ['posta.gestore.example', 'postacertificata.example']),
    ]);
    const sealed = await seal(built, signer(own.certificate, own.privateKey));
    expect(verdictOn(sealed, message.mittente, { ...providers.known, index })).toBe('signature/untrusted');
  });

  test('a certificate outside its validity, judged at the instant of arrival', () => {
    const judgedAt = (when: string) => verdictOn(envelope, message.mittente, providers.known, parseInstant(when));
    expect(judgedAt('2004-12-31T23:59:59Z')).toBe('signature/expired');
    expect(judgedAt('2005-01-01T00:00:00Z')).toBe('envelope');
    expect(judgedAt('2040-01-01T00:00:01Z')).toBe('signature/expired');
  });

  test('a certificate from the instant of its revocation on', async () => {
    const certificate = providers.credentials.sender.certificate;
    const crl = await issueRevocationList(providers.authority, validity, [{ certificate, at }]);
    const trust = await trustIn([{ certificate: providers.authority.certificate, crl }]);
    const judgedAt = (when: number) =>
      verdictOn(envelope, message.mittente, { ...providers.known, trust }, instant(when));
    expect([judgedAt(at - 1), judgedAt(at)]).toEqual(['envelope', 'signature/revoked']);
  });

  // @rule INCOMING-DOMAIN
  test('a sender outside the domains of the provider that signed', () => {
    expect(verdictOn(envelope, 'mario@pec.comune.example')).toBe('anomalous: incoming/foreign-domain');
    expect(
      verdictOn(outside(envelope, '<posta-certificata@posta.gestore', '<posta-certificata@posta.altrogestore')),
    ).toBe('anomalous: incoming/foreign-domain');
    expect(verdictOn(outside(envelope, '<posta-certificata@', '<altro@'))).toBe('anomalous: incoming/foreign-domain');
  });

  // @rule INCOMING-FORM
  test.each([
    ['an envelope under another Message-ID', () => outside(envelope, /\r\nMessage-ID: <pec1/, '\r\nMessage-ID: <pec2')],
    [
      'an envelope with a receipt inside',
      async () => {
        const header = built.header;
        return seal({ ...delivered, header }, providers.signers.sender);
      },
    ],
    [
      'a receipt that says to be of another kind',
      () => outside(receipt, 'X-Ricevuta: avvenuta', 'X-Ricevuta: mancata'),
    ],
    [
      'a receipt dressed as an envelope',
      () =>
        outside(
          receipt,
          'X-Ricevuta: avvenuta-consegna',
          'X-Ricevuta: avvenuta-consegna\r\nX-Trasporto: posta-certificata',
        ),
    ],
    ['a message without marker', () => outside(envelope, 'X-Trasporto: posta-certificata\r\n', '')],
  ])('%s', async (_, forge) => {
    const bytes = await forge();
    const reverse = bytes.includes(`From: ${byReceiver}`) ? byReceiver : message.mittente;
    expect(verdictOn(bytes, reverse)).toBe('anomalous: incoming/malformed');
  });

  // @rule INCOMING-FORM
  test('an envelope whose sender is not the one of the dialog', () => {
    expect(verdictOn(envelope, 'anna.bianchi@postacertificata.example')).toBe('anomalous: incoming/malformed');
  });

  test('a header without end', () => {
    expect(verdictOn(Buffer.from(`X: ${'a'.repeat(400_000)}`))).toBe('incoming/malformed');
  });
});

describe('an envelope that was judged', () => {
  test('gives its original back, byte for byte; a concise receipt has none to give', async () => {
    expect(attachedOriginal(envelope)?.equals(postacert())).toBe(true);
    const concise = acceptanceReceipt(message, { provider: sender, messageId: 'x@y', at });
    expect(attachedOriginal(await seal(concise, providers.signers.sender))).toBeNull();
  });

  test.each([
    ['To: A@p.example\r\nCc: b@p.example', 'a@p.example', 'to'],
    ['To: a@p.example\r\nCc: B@p.example', 'b@p.example', 'cc'],
    ['To: a@p.example, b@p.example\r\nCc: b@p.example', 'b@p.example', 'to'],
    ['To: a@p.example', 'b@p.example', 'to'],
  ])('%j inside names %s as a recipient of %s, whatever stands outside', async (header, address, named) => {
    const original = postacert(`${header}\r\n\r\n`);
    const sealed = await seal(transportEnvelope(message, { provider: sender, at }, original), providers.signers.sender);
    const swapped = outside(outside(outside(sealed, '\r\nTo:', '\r\nCo:'), '\r\nCc:', '\r\nTo:'), '\r\nCo:', '\r\nCc:');
    expect([addressedAs(sealed, address), addressedAs(swapped, address)]).toEqual([named, named]);
  });
});
