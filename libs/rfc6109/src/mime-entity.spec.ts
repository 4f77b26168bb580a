import { describe, expect, test } from '@jest/globals';
import { contentOf, partsOf, readContentType, readEntity } from './mime-entity.ts';
import type { MimeEntity } from './mime-entity.ts';
import { fileNameOf } from './part-name.ts';

function entity(text: string): MimeEntity {
  const read = readEntity(Buffer.from(text, 'latin1'));
  if (!read) throw new Error('the entity was not read');
  return read;
}

const two =
  'Content-Type: multipart/mixed; boundary="b"\r\n\r\npre\r\n--b\r\n\r\nuno\r\n--b\r\nX: 1\r\n\r\ndue\r\n\r\n--b--\r\nepilogo';

describe('the parts of a multipart', () => {
  test('are exact to the byte: the line end before a boundary belongs to the boundary', () => {
    expect(partsOf(entity(two))?.map(({ raw }) => raw.toString())).toEqual(['\r\nuno', 'X: 1\r\n\r\ndue\r\n']);
  });

  test('are not cut where a line only begins like the boundary, or bears it inside', () => {
    const parts = partsOf(entity(two.replace('uno', 'x --b\r\n--bis\r\nuno')));
    expect(parts?.[0]?.body.toString()).toBe('x --b\r\n--bis\r\nuno');
  });

  test('may stand behind boundaries with trailing spaces and after bare line feeds', () => {
    const parts = partsOf(entity(two.replaceAll('\r\n', '\n').replace('--b\nX', '--b  \nX')));
    expect(parts?.map(({ body }) => body.toString())).toEqual(['uno', 'due\n']);
  });

  test.each([
    ['never end', two.replace('--b--', '')],
    ['have no boundary', two.replace('boundary="b"', 'charset="b"')],
    ['are of something that is no multipart', two.replace('multipart/mixed', 'text/plain')],
    ['are more than a certified message can have', two.replace('--b--', `${'--b\r\n\r\nx\r\n'.repeat(70)}--b--`)],
  ])('are not read when they %s', (_, text) => {
    expect(partsOf(entity(text))).toBeNull();
  });
});

describe('a part', () => {
  test('is read though its type and encoding have comments, which are for people', () => {
    const part = entity(
      'Content-Type: text/plain (testo); charset=utf-8\r\nContent-Transfer-Encoding: base64 (RFC 2045)\r\n\r\nYWJj',
    );
    expect([part.type.type, contentOf(part)?.toString()]).toEqual(['text/plain', 'abc']);
  });

  test('is read though comments hold comments or semicolons', () => {
    const part = entity('Content-Type: (a (b) c) text / html (x; charset=utf-7); charset=utf-8\r\n\r\nabc');
    expect([part.type.type, part.type.parameters.get('charset')]).toEqual(['text/html', 'utf-8']);
  });

  test('is read at once though its type is a hundred thousand nested comments, or blanks', () => {
    const nested = `${'('.repeat(100_000)}${')'.repeat(100_000)}`;
    expect(entity(`Content-Type: ${nested}text/html\r\n\r\n`).type.type).toBe('text/html');
    expect(entity(`Content-Type: text${' '.repeat(200_000)}html\r\n\r\n`).type.type).toMatch(/^text +html$/);
  });

  test('is named by its disposition, else by its type', () => {
    expect(fileNameOf(entity('Content-Type: application/xml; name="a.xml"\r\n\r\n'))).toBe('a.xml');
    expect(
      fileNameOf(entity('Content-Type: x/y; name=a\r\nContent-Disposition: inline;\r\n filename="b.xml"\r\n\r\n')),
    ).toBe('b.xml');
    expect(fileNameOf(entity('Content-Type: text/plain\r\n\r\n'))).toBeNull();
  });

  test('is decoded by its transfer encoding, and 7 bits when it names none', () => {
    expect(contentOf(entity('Content-Transfer-Encoding: BASE64\r\n\r\nYWJj\r\n'))?.toString()).toBe('abc');
    expect(contentOf(entity('X: 1\r\n\r\nabc'))?.toString()).toBe('abc');
  });

  test('without a type is plain text; quoted parameters may hold anything', () => {
    expect(readContentType(null).type).toBe('text/plain');
    expect(readContentType('Multipart/Signed; Boundary="a;b=\\"c"; micalg=sha1').parameters).toEqual(
      new Map([
        ['boundary', 'a;b="c'],
        ['micalg', 'sha1'],
      ]),
    );
  });
});
