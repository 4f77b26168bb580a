import { describe, expect, test } from '@jest/globals';
import { invisibleIn, trimBlanks } from './blanks.ts';

// @rule CELL-BLANK
describe('what nobody sees', () => {
  test.each([
    ['a space', ' '],
    ['a no-break space', '\u00A0'],
    ['an ideographic space', '\u3000'],
    ['a tab', '\t'],
    ['a line feed', '\n'],
    ['a left-to-right mark', '\u200E'],
    ['a right-to-left override', '\u202E'],
    ['an isolate', '\u2066'],
    ['a soft hyphen', '\u00AD'],
    ['an Arabic letter mark', '\u061C'],
    ['a Mongolian vowel separator', '\u180E'],
    ['a Hangul filler', '\u3164'],
    ['an empty Braille pattern', '\u2800'],
    ['a byte order mark', '\uFEFF'],
    ['a zero-width space', '\u200B'],
    ['a variation selector', '\uFE0F'],
    ['an escape', '\u001B'],
    ['a tag of language', '\u{E0001}'],
  ])('%s is taken off at the edges, and is nothing alone', (_, character) => {
    expect(trimBlanks(`${character}${character}Rossi ${character}`)).toBe('Rossi');
    expect(trimBlanks(character)).toBe('');
  });

  test('a space inside is seen; anything else is named by its code point, once', () => {
    expect(invisibleIn('Maria Grazia')).toEqual([]);
    expect(invisibleIn('Ros\u200Esi\u200E B\u00A0C')).toEqual(['U+200E', 'U+00A0']);
    expect(invisibleIn('a\u{E0001}b')).toEqual(['U+E0001']);
    expect(invisibleIn('Via Roma 1\nRoma')).toEqual(['U+000A']);
  });

  test('joiners stand between letters, and nowhere else', () => {
    expect(invisibleIn('می\u200Cخواهم')).toEqual([]);
    expect(invisibleIn('क्\u200Dष')).toEqual([]);
    expect(invisibleIn('1\u200D2')).toEqual(['U+200D']);
    expect(invisibleIn('a\u200D\u200Db')).toEqual(['U+200D']);
  });
});
