import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { asPrinted, spell, unambiguousLetters } from './secret-letters.ts';

describe('letters that nobody takes for one another', () => {
  test('are thirty-two, so that five bits spell one without any being likelier than the others', () => {
    expect(new Set(unambiguousLetters).size).toBe(32);
    expect(unambiguousLetters).not.toMatch(/[IO01]/);
  });

  test('five bits are one letter, from the left', () => {
    expect(spell(Uint8Array.of(0, 0, 0, 0, 0), 8)).toBe('AAAAAAAA');
    expect(spell(Uint8Array.of(0b00001_000, 0b10_00011_0, 0b0100_0010, 0b1_00110_00, 0b111_11111), 8)).toBe('BCDEFGH9');
  });

  test('too few bytes are refused rather than padded', () => {
    expect(() => spell(new Uint8Array(7), 12)).toThrow(RangeError);
  });

  test('different beginnings spell different words, and as many letters as were asked for', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        expect(spell(one, 16)).toHaveLength(16);
        expect(spell(one, 16) === spell(other, 16)).toBe(Buffer.compare(one, other) === 0);
      }),
    );
  });

  test('what is typed from paper may be in groups and in lower case', () => {
    expect(asPrinted(' abcd-efgh jkLM ')).toBe('ABCDEFGHJKLM');
  });
});
