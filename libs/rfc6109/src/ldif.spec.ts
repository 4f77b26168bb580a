import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { isRefusal } from '@recapito/primitives';
import { readLdif, textOf, valueOf, writeLdif } from './ldif.ts';
import { readName, writeName } from './ldif-name.ts';

/** The entries of a file as plain values: dn, then names and texts. */
function read(text: string) {
  const entries = readLdif(Buffer.from(text));
  if (isRefusal(entries)) throw new Error(entries.words.en);
  return entries.map(({ dn, attributes }) => [
    dn,
    ...attributes.map((attribute) => `${attribute.name}=${textOf(attribute)}`),
  ]);
}

describe('a reader of LDIF', () => {
  test('takes entries apart, whatever the line ends, with or without a version', () => {
    const text = 'dn: o=postacert\nobjectClass: top\n\n\ndn: cn=x,o=postacert\nCN: x';
    const entries = [
      ['o=postacert', 'objectclass=top'],
      ['cn=x,o=postacert', 'cn=x'],
    ];
    expect(read(text)).toEqual(entries);
    expect(read(`version: 1\n${text}`)).toEqual(entries);
    expect(read(`version: 1\r\n\r\n${text.replaceAll('\n', '\r\n')}\r\n`)).toEqual(entries);
  });

  test('joins folded lines, also folded comments, which it passes over', () => {
    const text = '# a remark\n  that goes on\ndn: o=post\n acert\n# another\ndescription: one \n two\n';
    expect(read(text)).toEqual([['o=postacert', 'description=one two']]);
  });

  test('reads base64 and plain UTF-8, and keeps bytes as they are', () => {
    expect(read('dn:: bz1wb3N0YWNlcnQ=\ndescription:: Y2l0dMOg\ndescription: città\nempty:\n')).toEqual([
      ['o=postacert', 'description=città', 'description=città', 'empty='],
    ]);
    const [entry] = entriesOf('dn: x=y\nuserCertificate;binary:: /wD+\n');
    expect(entry?.attributes.map((each) => [each.name, valueOf(each), each.line])).toEqual([
      ['usercertificate;binary', Buffer.from([0xff, 0x00, 0xfe]), 2],
    ]);
  });

  // @rule INDEX-LDIF
  test.each([
    ['an entry without dn', 'version: 1\n\nobjectClass: top\n', 3, 'no-dn'],
    ['a line that is no attribute', 'dn: o=x\n\ndn: o=y\nobjectClass top\n', 4, 'no-attribute'],
    ['a folded line after an empty one', 'dn: o=x\n\n o=y\n', 3, 'no-attribute'],
    ['broken base64', 'dn: o=x\n# remark\ncert::\n YWJj\n Z\n', 3, 'base64'],
    ['a value that lies elsewhere', 'dn: o=x\ncert:< file:///etc/passwd\n', 2, 'reference'],
    ['a change', 'dn: o=x\nchangetype: delete\n', 2, 'change'],
    ['another version', 'version: 2\ndn: o=x\n', 1, 'version'],
  ])('refuses %s and names its line', (_, text, line, fault) => {
    expect(readLdif(Buffer.from(text))).toMatchObject({
      refused: 'ldif/malformed',
      rule: 'INDEX-LDIF',
      details: { line, fault },
    });
  });

  test.each([
    ['a value of sixteen megabytes whose last character is none of base64', `${'AAAA'.repeat(4_000_000)}AAA!`],
    ['a length that is none of groups of four', 'AAAAA'],
    ['padding in the middle', 'AA==AAAA'],
    ['padding alone', '===='],
    ['three signs of padding', 'A==='],
  ])('refuses %s, and names its line', (_, value) => {
    expect(readLdif(Buffer.from(`dn: o=x\ncert:: ${value}\n`))).toMatchObject({
      refused: 'ldif/malformed',
      details: { line: 2, fault: 'base64' },
    });
  });

  test('refuses what is not UTF-8', () => {
    const refusal = readLdif(Buffer.from([0x64, 0x6e, 0x3a, 0xe8]));
    expect(refusal).toMatchObject({ refused: 'ldif/malformed', details: { fault: 'encoding' } });
  });
});

describe('a writer of LDIF', () => {
  test('folds at 76 octets and puts into base64 what cannot stand as text', () => {
    const bytes = Buffer.alloc(60, 0x61);
    const file = writeLdif([
      {
        dn: 'o=postacert',
        attributes: [
          ['description', 'città'],
          ['spaced', ' x'],
          ['cert;binary', bytes],
        ],
      },
    ]);
    expect(file.toString('latin1')).toBe(
      [
        'version: 1',
        '',
        'dn: o=postacert',
        'description:: Y2l0dMOg',
        'spaced:: IHg=',
        'cert;binary:: YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYW',
        ' FhYWFhYWFhYWFhYWFh',
        '',
      ].join('\n'),
    );
  });

  test('writes what a reader reads back, whatever the value', () => {
    const value = oneof(string(), string({ unit: 'binary' }), constantFrom(' ', ':x', '<', '#', 'a\nb'));
    assert(
      property(array(value, { maxLength: 5 }), (values) => {
        const texts = values.map((each) => each.toWellFormed());
        const [entry] = entriesOf(
          writeLdif([{ dn: 'o=x', attributes: texts.map((each) => ['a', each] as const) }]).toString('latin1'),
        );
        expect(entry?.attributes.map(textOf)).toEqual(texts);
      }),
    );
  });
});

describe('a distinguished name', () => {
  test.each([
    ['providerName=Gestore Esempio S.p.A.,o=postacert', 'Gestore Esempio S.p.A.'],
    ['providername = Posta\\, S.p.A. , O=postacert', 'Posta, S.p.A.'],
    ['providerName=citt\\C3\\A0 \\2B 1,o=postacert', 'città + 1'],
    ['providerName=\\#uno \\ ,o=postacert', '#uno  '],
    ['providerName=\\\\00,o=postacert', '\\00'],
  ])('is read as it is written: %s', (text, name) => {
    expect(readName(text)?.[0]).toEqual(['providername', name]);
  });

  test.each(['', 'o', 'o=a+cn=b', 'o=a,', 'o=a\\', 'o="a"', `o=${'a'.repeat(1030)}`])('is not: %s', (text) => {
    expect(readName(text)).toBeNull();
  });

  test('comes back whatever its value', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 50 }), string({ maxLength: 50 }), (one, other) => {
        const parts = [['providername', one.toWellFormed()] as const, ['o', other] as const];
        expect(readName(writeName(parts))).toEqual(parts);
      }),
    );
  });
});

function entriesOf(text: string) {
  const entries = readLdif(Buffer.from(text));
  if (isRefusal(entries)) throw new Error(entries.words.en);
  return entries;
}
