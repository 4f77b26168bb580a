import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { homonym, localPart } from './name-to-address.ts';
import type { LocalPart } from './name-to-address.ts';
import { isRefusal } from './refusal.ts';

describe('the address of a name', () => {
  // @rule NAME-LETTERS
  test.each([
    ['Mario', 'Rossi', 'mario.rossi'],
    ['Nicolò', "D'Angelo", 'nicolo.dangelo'],
    ['Nicolo\u0300', 'D’Angelo', 'nicolo.dangelo'],
    ['Anna-Maria', 'De Luca', 'annamaria.deluca'],
    ['Maria Grazia', 'Bà', 'mariagrazia.ba'],
    ['Jürgen', 'Groß', 'jurgen.gross'],
    ['Łukasz', 'Đorđević', 'lukasz.dordevic'],
    ['Søren', 'Æbelø', 'soren.aebelo'],
    ['Œdipe', 'İnan', 'oedipe.inan'],
    ['Sıla', 'Yıldız', 'sila.yildiz'],
    ['Guðrún', 'Þórsdóttir', 'gudrun.thorsdottir'],
    ['Ħamed', 'Borġ', 'hamed.borg'],
    ['Əli', 'Əliyev', 'eli.eliyev'],
    ['Ŧoivu', 'Ŋuorgam', 'toivu.nuorgam'],
    ['Ɗan', 'Ƙwari', 'dan.kwari'],
    ['Keoni', 'Ka\u02BBahumanu', 'keoni.kaahumanu'],
    ['Niccol\u00F2', 'D\u02BCAngelo', 'niccolo.dangelo'],
    ['ﬁorenzo', 'Ｒｏｓｓｉ', 'fiorenzo.rossi'],
    ['  Mario ', 'ROSSI', 'mario.rossi'],
  ])('%s %s is %s', (nome, cognome, expected) => {
    expect(localPart(nome, cognome)).toBe(expected);
  });

  // @rule ADDRESS-NAME
  test.each([
    ['Mario', "'"],
    ['', 'Rossi'],
    ['小明', 'Rossi'],
    ['Mario', 'Росси'],
  ])('%j %j has none, because nothing of a name is left', (nome, cognome) => {
    expect(localPart(nome, cognome)).toMatchObject({
      refused: 'name/not-addressable',
      rule: 'ADDRESS-NAME',
      details: { reason: 'empty' },
    });
  });

  // @rule NAME-LETTERS
  test.each([
    ['Ma小rio', 'Rossi', '小'],
    ['Mario', 'Rossи', 'и'],
    ['Mario', 'Rαssi', 'α'],
    ['Mario٣', 'Rossi', '٣'],
  ])('%s %s has none, because a letter of it would be lost', (nome, cognome, named) => {
    const refusal = localPart(nome, cognome);
    expect(refusal).toMatchObject({
      refused: 'name/not-addressable',
      rule: 'NAME-LETTERS',
      details: { reason: 'letters' },
    });
    expect(isRefusal(refusal) && refusal.words.it).toContain(named);
  });

  // @rule ADDRESS-LENGTH
  test('64 octets are the longest, dot included', () => {
    expect(localPart('a'.repeat(31), 'b'.repeat(32))).toBe(`${'a'.repeat(31)}.${'b'.repeat(32)}`);
    expect(localPart('a'.repeat(32), 'b'.repeat(32))).toMatchObject({
      refused: 'name/not-addressable',
      rule: 'ADDRESS-LENGTH',
      details: { reason: 'too-long' },
    });
  });

  test('whatever a person is called, the address is lower-case ASCII with one dot, or there is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (nome, cognome) => {
        const address = localPart(nome, cognome);
        if (!isRefusal(address)) expect(address).toMatch(/^[a-z0-9]+\.[a-z0-9]+$/);
      }),
    );
  });

  test('a name that is already written as an address stays as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), fc.stringMatching(/^[a-z]{1,20}$/), (nome, cognome) => {
        expect(localPart(nome, cognome)).toBe(`${nome}.${cognome}`);
        expect(localPart(nome.toUpperCase(), cognome.toUpperCase())).toBe(`${nome}.${cognome}`);
      }),
    );
  });
});

describe('homonyms', () => {
  const marioRossi = localPart('Mario', 'Rossi') as LocalPart;

  test.each([
    [1, 'mario.rossi'],
    [2, 'mario.rossi2'],
    [3, 'mario.rossi3'],
    [12, 'mario.rossi12'],
  ])('number %i is %s', (nth, expected) => {
    expect(homonym(marioRossi, nth)).toBe(expected);
  });

  // @rule ADDRESS-LENGTH
  test('a number that makes the local part too long is refused', () => {
    const longest = localPart('a'.repeat(31), 'b'.repeat(32)) as LocalPart;
    expect(homonym(longest, 1)).toBe(longest);
    expect(homonym(longest, 2)).toMatchObject({ refused: 'name/not-addressable', rule: 'ADDRESS-LENGTH' });
  });

  test.each([0, -1, 1.5])('%d is no ordinal', (nth) => {
    expect(() => homonym(marioRossi, nth)).toThrow(RangeError);
  });
});
