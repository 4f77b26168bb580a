import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { root } from '@recapito/servers';
import { BreachedPasswords } from './breached-passwords.ts';

/** SHA-1 of "abc" and of "The quick brown fox jumps over the lazy dog", as everybody publishes them. */
const abc = 'A9993E364706816ABA3E25717850C26C9CD0D89D';
const fox = '2FD4E1C67A2D28FCED849EE1BB76E7391B93EB12';

// @rule PASSWORD-BREACHED
describe('a list of stolen passwords', () => {
  test('finds what stands in it, and nothing else', () => {
    const list = BreachedPasswords.of(`# how many times each was seen\n${fox}:3\r\n${abc}:12\r\n`);
    expect(list.has('abc')).toBe(true);
    expect(list.has('The quick brown fox jumps over the lazy dog')).toBe(true);
    for (const other of ['ab', 'Abc', '']) expect(list.has(other)).toBe(false);
    expect(BreachedPasswords.of('').has('abc')).toBe(false);
  });

  test('is refused with the line that is no hash, out of order or there twice', () => {
    expect(() => BreachedPasswords.of('abc\n')).toThrow('breached-passwords.sha1: line 1 is no SHA-1');
    expect(() => BreachedPasswords.of(`${abc}\n${fox}\n`)).toThrow('line 2 is out of order');
    expect(() => BreachedPasswords.of(`${abc}\n${abc}\n`)).toThrow('line 2 is out of order');
  });

  test('comes with the suite as a sample, and has to be there', () => {
    const sample = BreachedPasswords.read(join(root, 'programmes'));
    expect(['password123', 'juventus', 'gelsomino-in-fiore-7'].map((each) => sample.has(each))).toEqual([
      true,
      true,
      false,
    ]);
    expect(() => BreachedPasswords.read('/nowhere')).toThrow('breached-passwords.sha1 is not in the folder');
  });
});
