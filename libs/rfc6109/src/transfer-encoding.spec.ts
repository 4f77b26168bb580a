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

describe('base64', () => {
  test('stands in lines of 76 characters', () => {
    expect(base64Lines(Buffer.alloc(58, 'a'))).toBe(`${'YWFh'.repeat(19)}\r\nYQ==\r\n`);
  });

  test('with foreign characters is broken, not guessed', () => {
    expect(decodeTransfer('base64', Buffer.from('YWJj!YWJj'))).toBeNull();
    expect(decodeTransfer('x-uuencode', Buffer.from('abc'))).toBeNull();
  });
});
