import { isAscii } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readOriginal, withSevenBitParts } from './index.ts';
import type { SevenBitOriginal } from './index.ts';

function sent(lines: readonly string[]): SevenBitOriginal & { lines: string[] } {
  const original = readOriginal(Buffer.from(lines.join('\r\n'), 'latin1'));
  if (!original) throw new Error('the message was not read');
  const done = withSevenBitParts(original);
  return { ...done, lines: done.original.bytes.toString('latin1').split('\r\n') };
}

const head = ['From: a@b.example', 'To: c@d.example', 'MIME-Version: 1.0'];
const mixed = [...head, 'Content-Type: multipart/mixed; boundary=M', ''];
const text = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', 'citt\xc3\xa0'];
const binary = ['Content-Type: application/pdf; name=a.pdf', 'Content-Transfer-Encoding: 8bit', '', '\xff\xfe\xfd'];
const end = ['--M--', ''];

// @rule EIGHT-BIT-PARTS
describe('the 8-bit parts of a submission', () => {
  test('that is a text go in quoted-printable', () => {
    const done = sent([
      ...head,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'citt\xc3\xa0',
      '',
    ]);
    expect(done.lines).toEqual([
      ...head,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'citt=C3=A0',
      '',
    ]);
    expect([done.reencoded, done.eightBit]).toEqual([[''], false]);
  });

  test('go in quoted-printable when they are mostly ASCII text, else in base64; all others stay as they are', () => {
    const ascii = ['Content-Type: text/html', '', '<p>uno = due</p>'];
    const greek = ['Content-Type: text/plain; charset=utf-8', '', '\xce\xb1\xce\xb2\xce\xb3'];
    const done = sent([
      ...mixed,
      'premessa',
      '--M',
      ...text,
      '--M',
      ...binary,
      '--M',
      ...ascii,
      '--M',
      ...greek,
      ...end,
    ]);
    expect(done.lines).toEqual([
      ...mixed,
      'premessa',
      '--M',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'citt=C3=A0',
      '--M',
      'Content-Type: application/pdf; name=a.pdf',
      'Content-Transfer-Encoding: base64',
      '',
      '//79',
      '--M',
      ...ascii,
      '--M',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      'zrHOss6z',
      ...end,
    ]);
    expect([done.reencoded, done.eightBit]).toEqual([['1', '2', '4'], false]);
  });

  test('are named by their place, and a multipart says 7bit when all inside is', () => {
    const inner = [
      'Content-Type: multipart/alternative; boundary=I',
      'Content-Transfer-Encoding: 8bit',
      '',
      '--I',
      ...text,
      '--I--',
    ];
    const done = sent([...mixed, '--M', 'Content-Type: text/plain', '', 'x', '--M', ...inner, ...end]);
    expect(done.reencoded).toEqual(['2.1']);
    expect(done.lines).toContain('Content-Transfer-Encoding: 7bit');
    expect(done.lines).not.toContain('Content-Transfer-Encoding: 8bit');
  });

  test('of a message without MIME get the labels without which nobody could read them', () => {
    expect(sent(['From: a@b.example', '', 'citt\xc3\xa0']).lines).toEqual([
      'From: a@b.example',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'citt=C3=A0',
    ]);
    expect(sent(['From: a@b.example', '', 'citt\xe0']).lines).toContain(
      'Content-Type: text/plain; charset=unknown-8bit',
    );
  });

  test('of an enclosed message that nobody has signed go one by one', () => {
    const done = sent([
      ...mixed,
      '--M',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: 8bit',
      '',
      ...head,
      ...text,
      ...end,
    ]);
    expect(done.lines).toContain('citt=C3=A0');
    expect(done.lines).not.toContain('Content-Transfer-Encoding: 8bit');
    expect([done.reencoded, done.eightBit]).toEqual([['1.1'], false]);
  });

  test('of a digest are messages though they do not say so', () => {
    const digest = [...head, 'Content-Type: multipart/digest; boundary=M', ''];
    const done = sent([...digest, '--M', '', 'Subject: x', ...text, ...end]);
    expect([done.reencoded, done.eightBit]).toEqual([['1.1'], false]);
    expect(done.lines).toContain('citt=C3=A0');
  });

  test('that were in quoted-printable all the same are written in it', () => {
    const wrong = ['Content-Type: text/plain', 'Content-Transfer-Encoding: quoted-printable', '', 'citt\xe0 =3D uno'];
    expect(sent([...mixed, '--M', ...wrong, ...end]).lines).toContain('citt=E0 =3D uno');
  });
});

// @rule EIGHT-BIT-PARTS
describe('these keep every byte', () => {
  const signature = ['--S', 'Content-Type: application/pkcs7-signature', '', 'MIIx', '--S--'];
  const signed = ['Content-Type: multipart/signed; boundary=S', '', '--S', ...text, ...signature];
  const enclosed = ['Content-Type: message/rfc822', 'Content-Transfer-Encoding: 8bit', ''];

  test.each([
    ['a message that is signed by its second type', [...head, 'Content-Type: multipart/mixed; boundary=S', ...signed]],
    ['a message that is signed', [...head, ...signed]],
    ...[
      'Content-Type: (a (b) c) multipart/signed; boundary=S',
      'Content-Type: multipart/signed (a; b); boundary=S',
      'Content-Type: multipart / signed; boundary=S',
    ].map((type): [string, string[]] => [`a message that is signed by ${type}`, [...head, type, ...signed.slice(1)]]),
    [
      'a message that is signed, its parts inside',
      [...head, ...signed.slice(0, 3), ...mixed.slice(3), '--M', ...text, '--M--', ...signature],
    ],
    [
      'a message that is enciphered',
      [...head, 'Content-Type: multipart/encrypted; boundary=S', '', '--S', ...binary, '--S--'],
    ],
    ['a message that is pkcs7-mime', [...head, 'Content-Type: application/pkcs7-mime', '', '\xff\xfe']],
    [
      'a text signed inside by PGP',
      [...head, ...text.slice(0, 3), '-----BEGIN PGP SIGNED MESSAGE-----', '', 'citt\xc3\xa0'],
    ],
    ['a message that DKIM signs', ['DKIM-Signature: v=1; b=x', ...head, ...text]],
    ['a message that ARC seals', ['ARC-Seal: i=1; b=x', ...head, ...text]],
    [
      'an enclosed message that holds a signed one',
      [
        ...mixed,
        '--M',
        ...enclosed,
        ...mixed.slice(0, 3),
        'Content-Type: multipart/mixed; boundary=I',
        '',
        '--I',
        ...text,
        '--I',
        ...signed,
        '--I--',
        ...end,
      ],
    ],
    [
      'an enclosed message that DKIM signs',
      [...mixed, '--M', ...enclosed, 'DKIM-Signature: v=1; b=x', ...head, ...text, ...end],
    ],
    [
      'an enclosed message in an enclosed message that DKIM signs',
      [...mixed, '--M', ...enclosed, ...head, ...enclosed, 'DKIM-Signature: v=1; b=x', ...text, ...end],
    ],
    [
      'a part of an encoding that nobody knows',
      [...mixed, '--M', 'Content-Transfer-Encoding: x-proprio', '', '\xff', ...end],
    ],
    ['a part whose base64 is broken', [...mixed, '--M', 'Content-Transfer-Encoding: base64', '', 'YW\xffJj', ...end]],
    [
      'a part with two encodings',
      [...mixed, '--M', 'Content-Transfer-Encoding: 8bit', 'Content-Transfer-Encoding: binary', '', '\xff', ...end],
    ],
    ['a part whose header is none', [...mixed, '--M', 'niente', ...text, ...end]],
    ['a multipart without end', [...mixed, '--M', ...text]],
    ['what stands before the parts', [...mixed, 'citt\xe0', '--M', '', 'x', ...end]],
  ])('%s', (_, lines) => {
    const done = sent(lines);
    expect(done.lines).toEqual(lines);
    expect([done.reencoded, done.eightBit]).toEqual([[], true]);
  });

  test('the parts of what is signed, beside others that are not', () => {
    const done = sent([...mixed, '--M', ...text, '--M', ...signed, ...end]);
    expect(done.lines.join('\n')).toContain(signed.join('\n'));
    expect(done.lines).toContain('citt=C3=A0');
    expect([done.reencoded, done.eightBit]).toEqual([['1'], true]);
  });

  test('the header of a part, whose letters are a name', () => {
    const done = sent([...mixed, '--M', 'Content-Type: a/b; name="citt\xc3\xa0"', '', '\xff', ...end]);
    expect(done.lines).toContain('Content-Type: a/b; name="citt\xc3\xa0"');
    expect([done.reencoded, done.eightBit]).toEqual([['1'], true]);
  });

  test('a message in ASCII, which is not even taken apart', () => {
    const original = readOriginal(Buffer.from('From: a@b.example\r\n\r\nTesto.\r\n'));
    expect(original && withSevenBitParts(original)).toEqual({ original, reencoded: [], eightBit: false });
    expect(original && withSevenBitParts(original).original).toBe(original);
  });
});

/** What the one part decodes to, by hand. */
function onlyPartOf(message: string): string {
  const [, part = ''] = message.split('--M\r\n');
  const [head = '', ...rest] = part.replace(/\r\n--M--\r\n$/, '').split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (head.includes('base64')) return Buffer.from(body, 'base64').toString('latin1');
  return body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

test('what a part decodes to is the same, whatever its bytes', () => {
  const octets = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(
    (bytes) =>
      `\xe0${Buffer.from(bytes)
        .toString('latin1')
        .replace(/[\0\r\n]/g, '\r\n')}`,
  );
  const kinds = fc.constantFrom('text/plain; charset=iso-8859-1', 'application/octet-stream', 'text/csv');
  fc.assert(
    fc.property(octets, kinds, (content, kind) => {
      const lines = [
        ...mixed,
        '--M',
        `Content-Type: ${kind}; name=x`,
        'Content-Disposition: attachment; filename=x',
        'Content-Transfer-Encoding: 8bit',
        '',
        content,
        ...end,
      ];
      const done = sent(lines);
      expect(isAscii(done.original.bytes)).toBe(true);
      expect(done.lines.every((line) => line.length <= 998)).toBe(true);
      expect(onlyPartOf(done.original.bytes.toString('latin1'))).toBe(content);
    }),
  );
});
