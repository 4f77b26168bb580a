import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { base64Lines, decodeTransfer, quotedPrintable } from './transfer-encoding.ts';

const latin1 = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(32, 9, 61, 13)), { maxLength: 400 })
  .map((codes) => Buffer.from(codes.filter((code) => code !== 10 && code !== 13)));

describe('quoted-printable', () => {
  test('writes what 7 bits cannot carry, the equals sign and spaces at the end of a line', () => {
    expect(quotedPrintable(Buffer.from('è = sì \r\nfine', 'latin1'))).toBe('=E8 =3D s=EC=20\r\nfine');
  });

  test('of any text comes back as it was, in lines of at most 76 characters', () => {
    fc.assert(
      fc.property(fc.array(latin1, { minLength: 1, maxLength: 4 }), (lines) => {
        const text = Buffer.from(lines.map((line) => line.toString('latin1')).join('\r\n'), 'latin1');
        const encoded = quotedPrintable(text);
        expect(Math.max(...encoded.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
        expect(/^[\t\r\n -~]*$/.test(encoded)).toBe(true);
        expect(decodeTransfer('quoted-printable', Buffer.from(encoded, 'latin1'))).toEqual(text);
      }),
    );
  });
});

describe('quoted-printable as others write it', () => {
  test.each([
    ['lines that end by line feed alone', 'uno\ndue', 'uno\r\ndue'],
    ['blanks at the end of a line, which are not part of it', 'uno \t\r\ndue \r\n', 'uno\r\ndue\r\n'],
    ['joined lines', 'un=\r\no=20 \r\ndue=', 'uno \r\ndue'],
    ['small letters', '=e8=3d', '\xe8='],
    ['an equals sign that escapes nothing', 'a=b =4', 'a=b =4'],
    ['nothing', '', ''],
  ])('may have %s', (_, encoded, text) => {
    expect(decodeTransfer('Quoted-Printable', Buffer.from(encoded, 'latin1'))?.toString('latin1')).toBe(text);
  });
});

describe('base64', () => {
  test('of any bytes comes back as they were, however it is broken into lines', () => {
    const pieces = fc.tuple(fc.uint8Array({ maxLength: 200_000, size: 'max' }), fc.integer({ min: 1, max: 200 }));
    fc.assert(
      fc.property(pieces, ([bytes, width]) => {
        const lines =
          Buffer.from(bytes)
            .toString('base64')
            .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
        expect(decodeTransfer('base64', Buffer.from(lines.join(' \t\n')))?.equals(bytes)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test('may lack its padding, and has nothing behind it', () => {
    expect(decodeTransfer('base64', Buffer.from('YWI'))?.toString()).toBe('ab');
    expect(decodeTransfer('base64', Buffer.from('YWI='))?.toString()).toBe('ab');
    expect(decodeTransfer('base64', Buffer.from('YQ==YQ=='))).toBeNull();
    expect(decodeTransfer('base64', Buffer.from('YQ==='))).toBeNull();
  });

  test('with six bits at its end, which are no octet, is broken', () => {
    expect(decodeTransfer('base64', Buffer.from('YWJjZ'))).toBeNull();
    expect(decodeTransfer('base64', Buffer.from('Z'))).toBeNull();
    expect(decodeTransfer('base64', Buffer.from(`${'YWJj'.repeat(20_000)}Z`))).toBeNull();
  });

  test('stands in lines of 76 characters', () => {
    expect(base64Lines(Buffer.alloc(58, 'a'))).toBe(`${'YWFh'.repeat(19)}\r\nYQ==\r\n`);
  });

  test('ends with its padding, also when it is long', () => {
    const long = 'YWJj'.repeat(12 * 1024 - 1);
    expect(
      decodeTransfer('base64', Buffer.from(`${long}YQ==`))
        ?.subarray(-4)
        .toString(),
    ).toBe('abca');
    expect(decodeTransfer('base64', Buffer.from(`${long}YQ==YQ==`))).toBeNull();
    expect(decodeTransfer('base64', Buffer.from(`${long}YQ===`))).toBeNull();
    expect(
      decodeTransfer('base64', Buffer.from(`${long}\r\nYQ==`))
        ?.subarray(-4)
        .toString(),
    ).toBe('abca');
  });

  test('with foreign characters is broken, not guessed', () => {
    expect(decodeTransfer('base64', Buffer.from('YWJj!YWJj'))).toBeNull();
    expect(decodeTransfer('x-uuencode', Buffer.from('abc'))).toBeNull();
  });
});
