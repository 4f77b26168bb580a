import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { PermanentFailure } from './failures.ts';
import { causeOf, keyBytes, keyText } from './kept-records.ts';

describe('the key of a kept record', () => {
  test('comes back byte by byte from text that PostgreSQL takes, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
        const text = keyText(Buffer.from(bytes));
        expect(text).not.toContain('\0');
        expect(keyBytes(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('is plain to read when it is plain text, and never taken for an encoded one', () => {
    expect(keyText(Buffer.from('perché'))).toBe('perché');
    expect(keyText(Buffer.from([0xff]))).toBe('base64:/w==');
    expect(keyText(Buffer.from('base64:/w=='))).toBe('base64:YmFzZTY0Oi93PT0=');
    expect(keyText(null)).toBeNull();
    expect(keyBytes(null)).toBeNull();
  });

  test('is kept by its hash when no index could hold it, and no short key passes for one', () => {
    // SHA-256 of 1,001 times "k", by sha256sum.
    const hash = 'd193107a563f3441799718034b0095d9809631fb551264670ebfa58d90be80fa';
    expect(keyText(Buffer.from('k'.repeat(1_001)))).toBe(`sha256:${hash}`);
    expect(keyText(Buffer.from('sha256:00'))).toBe('base64:c2hhMjU2OjAw');
  });
});

describe('the cause of a dead letter', () => {
  test('tells the operator the error’s words and the world its name alone', () => {
    expect(causeOf(new TypeError('Mario\0 is away'), 'other')).toEqual({
      failureClass: 'other',
      words: 'TypeError: Mario is away',
      publicWords: 'TypeError',
    });
  });

  test('tells the world what is wrong with the record when we worded it ourselves', () => {
    expect(causeOf(new PermanentFailure('the record has no key'), 'permanent').publicWords).toBe(
      'PermanentFailure: the record has no key',
    );
  });
});
