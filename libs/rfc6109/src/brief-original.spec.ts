import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { at, message, receiver } from '../test/example.ts';
import { briefOriginal } from './brief-original.ts';
import { deliveryReceipt } from './index.ts';
import type { HashOf } from './index.ts';

/** SHA-1 of the four letters YWJj, of YWJj and a line end, and of the three bytes abc that they encode. */
const ofEncoded = 'd8bce9746547bb7743e5933fbf0fc4f2d2cbcad3';
const ofEncodedLine = '5d5276549da0acb89a1e759c9f62b2ffb5562407';
const ofContent = 'a9993e364706816aba3e25717850c26c9cd0d89d';

const wire = (lines: readonly string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const brief = (lines: readonly string[], hashOf?: HashOf) =>
  briefOriginal(wire(lines), hashOf).toString('latin1').split('\r\n');

const head = ['From: a@b.example', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="M"', '', 'premessa'];
const textPart = ['--M', 'Content-Type: text/plain', '', 'Chiedo la residenza.'];
const attachment = (...lines: string[]) => ['--M', ...lines, 'Content-Transfer-Encoding: base64', '', 'YWJj'];
const end = ['--M--', 'epilogo'];
const hashPart = (name: string, hash = ofContent) => [
  '--M',
  'Content-Type: text/plain; charset=us-ascii;',
  ` name="${name}"`,
  'Content-Transfer-Encoding: 7bit',
  'Content-Disposition: attachment;',
  ` filename="${name}"`,
  '',
  hash,
];

// @rule RFC6109-3.3.2-BRIEF
describe('a brief receipt gives back', () => {
  test('the message with the hash of each named part in its place, everything between them as it was', () => {
    const pdf = attachment('Content-Type: application/pdf; name="domanda.pdf"');
    const p7m = attachment('Content-Type: x/y', 'Content-Disposition: attachment; filename=atto.pdf');
    expect(brief([...head, ...textPart, ...pdf, ...p7m, ...end])).toEqual([
      ...head,
      ...textPart,
      ...hashPart('domanda.pdf.hash'),
      ...hashPart('atto.pdf.hash'),
      ...end,
    ]);
  });

  test.each([
    ['encoded', 'YWJj', ofEncoded],
    ['encoded', 'YWJj\r\n', ofEncodedLine],
    ['content', 'YWJj', ofContent],
    ['content', 'YWJj\r\n', ofContent],
  ] as const)('the hash of what was %s (%j)', (hashOf, body, hash) => {
    const part = ['--M', 'Content-Type: a/b; name="x"', 'Content-Transfer-Encoding: base64', '', body];
    expect(brief([...head, ...part, ...end], hashOf)).toEqual([...head, ...hashPart('x.hash', hash), ...end]);
  });

  test('the hash of the content unless told otherwise: that of the file on the disk of its sender', () => {
    const part = ['--M', 'Content-Type: a/b; name="abc.bin"', 'Content-Transfer-Encoding: base64', '', 'YWJj'];
    expect(brief([...head, ...part, ...end])).toEqual([
      ...head,
      ...hashPart('abc.bin.hash', 'a9993e364706816aba3e25717850c26c9cd0d89d'),
      ...end,
    ]);
  });

  test.each([
    ['an encoding that nobody knows', 'x-nulla', 'YWJj'],
    ['base64 that is none', 'base64', 'YW-j'],
  ])('a part whole that has %s, unless its hash is that of what was transmitted', (_, encoding, body) => {
    const part = ['--M', 'Content-Type: a/b; name="x"', `Content-Transfer-Encoding: ${encoding}`, '', body];
    expect(brief([...head, ...part, ...end])).toEqual([...head, ...part, ...end]);
    expect(brief([...head, ...part, ...end], 'encoded')).toContain(' filename="x.hash"');
  });

  test('the hash of what a text in quoted-printable says', () => {
    const part = [
      '--M',
      'Content-Type: text/plain; name="x"',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '=61b=',
      'c',
    ];
    expect(brief([...head, ...part, ...end])).toContain(ofContent);
  });

  test('an enclosed message as one hash, whatever it holds, under its name or a common one', () => {
    const inner = ['Subject: x', 'Content-Type: a/b; name="dentro"', '', 'abc'];
    const hash = 'e15b9526ca255400177ca46236d8a8990d3e41d9';
    const enclosed = brief([...head, '--M', 'Content-Type: message/rfc822', '', ...inner, ...end]);
    expect(enclosed).toContain(' filename="messaggio.eml.hash"');
    expect(enclosed.join()).not.toContain('dentro');
    expect(enclosed).toContain(hash);
    const named = brief([...head, '--M', 'Content-Type: message/rfc822; name="lettera.eml"', '', 'YWJj', ...end]);
    expect(named).toEqual([...head, ...hashPart('lettera.eml.hash', ofEncoded), ...end]);
  });

  test('the messages of a digest as hashes, though they name no type', () => {
    const digest = ['Content-Type: multipart/digest; boundary="M"', ''];
    expect(brief([...digest, '--M', '', 'YWJj', ...end])).toEqual([
      ...digest,
      ...hashPart('messaggio.eml.hash', ofEncoded),
      ...end,
    ]);
  });

  test('parts inside parts', () => {
    const inner = ['Content-Type: multipart/alternative; boundary="I"', '', '--I', 'Content-Type: a/b; name=x', ''];
    expect(brief([...head, '--M', ...inner, 'YWJj', '--I--', ...end])).toContain(ofEncoded);
  });

  test('the fields of a message that is one named part', () => {
    const whole = ['Subject: Atto', 'Content-Type: application/pdf; name="atto.pdf"', 'X-Suo: 1', '', 'YWJj'];
    expect(brief(whole)).toEqual(['Subject: Atto', 'X-Suo: 1', ...hashPart('atto.pdf.hash', ofEncoded).slice(1)]);
  });

  test('a part whose last field ends with the message, on a line of its own', () => {
    expect(brief(['Content-Type: a/b; name="x"', 'X-Suo: 1'])).toEqual([
      'X-Suo: 1',
      ...hashPart('x.hash', 'da39a3ee5e6b4b0d3255bfef95601890afd80709').slice(1),
    ]);
  });

  test.each([
    ['an encoded word', 'name="=?UTF-8?Q?citt=C3=A0.pdf?="'],
    ['RFC 2231', "name*=UTF-8'it'citt%C3%A0.pdf"],
    ['RFC 2231 in pieces', "name*0*=ISO-8859-1''citt%E0; name*1=.pdf"],
  ])('a name beyond ASCII that was written as %s', (_, name) => {
    const given = brief([...head, ...attachment(`Content-Type: application/pdf; ${name}`), ...end]);
    expect(given).toContain(" filename*=UTF-8''citt%C3%A0.pdf.hash");
  });

  test('a long name in lines that mail can carry', () => {
    const given = brief([...head, ...attachment(`Content-Type: a/b; name*=UTF-8''${'%C3%A0'.repeat(250)}`), ...end]);
    expect(given.every((line) => line.length <= 78)).toBe(true);
    expect(given.join('').match(/%C3%A0/g)).toHaveLength(500);
    expect(given.at(-5)).toMatch(/^ filename\*\d+\*=.*\.hash$/);
  });

  test('a name with quotation marks in quotation marks', () => {
    const given = brief([...head, ...attachment('Content-Type: a/b; name="la \\"bozza\\".pdf"'), ...end]);
    expect(given).toContain(' filename="la \\"bozza\\".pdf.hash"');
  });
});

// @rule RFC6109-3.3.2-BRIEF
describe('of S/MIME a brief receipt works on', () => {
  const signature = ['--S', 'Content-Type: application/pkcs7-signature; name="smime.p7s"', '', 'MIIx', '--S--', ''];
  const signed = ['Content-Type: multipart/signed; boundary="S"', '', '--S', 'Content-Type: multipart/mixed;'];

  test('the first part of a multipart/signed alone: the signature stays', () => {
    const inside = [' boundary="M"', '', ...attachment('Content-Type: application/pdf; name="a.pdf"'), '--M--'];
    expect(brief([...signed, ...inside, ...signature])).toEqual([
      ...signed,
      ' boundary="M"',
      '',
      ...hashPart('a.pdf.hash'),
      '--M--',
      ...signature,
    ]);
  });

  test.each(['application/pkcs7-mime', 'application/x-pkcs7-mime'])('nothing of a message that is %s', (type) => {
    const whole = [`Content-Type: ${type}; smime-type=enveloped-data; name="smime.p7m"`, '', 'YWJj'];
    expect(brief(whole)).toEqual(whole);
    const inside = [...signed.slice(0, 3), ...whole, ...signature];
    expect(brief(inside)).toEqual(inside);
  });

  test('an attachment of that type as on any other: it is a signed document', () => {
    const given = brief([...head, ...attachment('Content-Type: application/pkcs7-mime; name="atto.pdf.p7m"'), ...end]);
    expect(given).toEqual([...head, ...hashPart('atto.pdf.p7m.hash'), ...end]);
  });
});

describe('a brief receipt keeps as it is', () => {
  test.each([
    ['a multipart without end', [...head, ...attachment('Content-Type: a/b; name=x')]],
    ['a message without a readable header', [`X: ${'a'.repeat(300_000)}`]],
    ['nothing at all', ['']],
  ])('%s', (_, lines) => {
    expect(brief(lines)).toEqual(lines);
  });

  test('what is nested deeper than mail is', () => {
    const nested = Array.from({ length: 30 }, (_, n) => [
      `Content-Type: multipart/mixed; boundary=b${n}x`,
      '',
      `--b${n}x`,
    ]);
    const closing = Array.from({ length: 30 }, (_, n) => `--b${29 - n}x--`);
    const deep = [...nested.flat(), 'Content-Type: a/b; name=x', '', 'YWJj', ...closing];
    expect(brief(deep)).toEqual(deep);
    expect(brief([...nested.slice(15).flat(), ...deep.slice(90, 93), ...closing.slice(0, 15)])).toContain(ofEncoded);
  });
});

test('any bytes have a brief form, which is its own brief form but for names', () => {
  const lines = fc.constantFrom(...head, ...textPart, ...attachment('Content-Type: a/b; name="x"'), ...end, '', 'x');
  fc.assert(
    fc.property(fc.oneof(fc.array(lines, { maxLength: 40 }), fc.array(fc.string(), { maxLength: 5 })), (drawn) => {
      const once = briefOriginal(wire(drawn));
      const twice = briefOriginal(once);
      const names = (bytes: Buffer) => bytes.toString('latin1').match(/ filename="[^"]+"/g) ?? [];
      expect(names(twice)).toEqual(names(once).map((name) => name.replace(/"$/, '.hash"')));
    }),
    { numRuns: 500 },
  );
});

test('a delivery receipt attaches the brief form when that was asked', () => {
  const original = wire([...head, ...attachment('Content-Type: a/b; name="x"'), ...end]);
  const built = (form: 'breve' | 'completa' | 'sintetica') =>
    deliveryReceipt(message, { provider: receiver, messageId: 'x@y', at }, { recipient: 'a@b.example', form, original })
      .content.toString('latin1')
      .includes(ofContent);
  expect([built('breve'), built('completa'), built('sintetica')]).toEqual([true, false, false]);
});

// @rule RFC6109-3.3.2-BRIEF
test.each([
  [undefined, 'calcolata sul contenuto decodificato; un file che non si decodifica =E8 riportato intero.', ofContent],
  ['content', 'calcolata sul contenuto decodificato; un file che non si decodifica =E8 riportato intero.', ofContent],
  ['encoded', 'calcolata sulla parte cos=EC come =E8 stata trasmessa, nella sua codifica.', ofEncoded],
] as const)('a brief receipt of a provider that hashes %s says so', (briefHash, words, hash) => {
  const original = wire([...head, ...attachment('Content-Type: a/b; name="x"'), ...end]);
  const provider = briefHash === undefined ? receiver : { ...receiver, briefHash };
  const delivered = { recipient: 'a@b.example', form: 'breve', original } as const;
  const text = deliveryReceipt(message, { provider, messageId: 'x@y', at }, delivered).content.toString('latin1');
  expect(text.replaceAll('=\r\n', '')).toContain(words);
  expect(text).toContain(hash);
});

// @rule RFC6109-3.3.2-BRIEF
describe('of a name that cannot be decoded a brief receipt', () => {
  const undecoded = "Content-Type: application/pdf; name*=UTF-8''citt%E0.pdf";
  const textOf = (fields: string[], form: 'breve' | 'completa' = 'breve') => {
    const original = wire([...head, '--M', ...fields, '', 'YWJj', ...end]);
    const delivered = { recipient: 'a@b.example', form, original };
    const emission = { provider: receiver, messageId: 'x@y', at };
    return deliveryReceipt(message, emission, delivered).content.toString('latin1').replaceAll('=\r\n', '');
  };
  const words =
    'Il nome di almeno un file non =E8 interamente decodificabile: =E8 riportato come =E8 scritto nel messaggio.';

  test('says so, and writes it as it stands', () => {
    expect(textOf([undecoded]).split(words)).toHaveLength(3);
    expect(textOf([undecoded])).toContain(' filename="citt%E0.pdf.hash"');
  });

  test('says nothing where the name is decoded, the part is given back whole, or the receipt is complete', () => {
    expect(textOf(["Content-Type: a/b; name*=UTF-8''citt%C3%A0.pdf"])).not.toContain('decodificabile');
    expect(textOf([undecoded, 'Content-Transfer-Encoding: x-nulla'])).not.toContain('decodificabile');
    expect(textOf([undecoded], 'completa')).not.toContain('decodificabile');
  });
});
