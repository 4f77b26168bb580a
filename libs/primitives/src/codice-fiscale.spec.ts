import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { checkLetter, parseCodiceFiscale } from './codice-fiscale.ts';
import { digitsRestored, hasOmocodia, omocodiaVariants } from './codice-fiscale-omocodia.ts';
import type { CodiceFiscale } from './codice-fiscale.ts';
import { isRefusal } from './refusal.ts';

/** Base code, one digit replaced, all seven replaced. */
const omocodia = [
  ['RSSMRA80A01H501U', 'RSSMRA80A01H50MM', 'RSSMRAULALMHRLMD'],
  ['RSSMRA80A41H501Y', 'RSSMRA80A41H50MQ', 'RSSMRAULAQMHRLMI'],
  ['RSSMRA70A01F205V', 'RSSMRA70A01F20RQ', 'RSSMRATLALMFNLRB'],
  ['BNCNNA85T71F205P', 'BNCNNA85T71F20RK', 'BNCNNAURTTMFNLRX'],
  ['FOXLAX00B29L219T', 'FOXLAX00B29L21VI', 'FOXLAXLLBNVLNMVW'],
  ['DNGNCL99M09F839Z', 'DNGNCL99M09F83VO', 'DNGNCLVVMLVFUPVY'],
  ['DLCGFR75L15A944D', 'DLCGFR75L15A94QA', 'DLCGFRTRLMRAVQQQ'],
  ['VRDGLI90E43Z112U', 'VRDGLI90E43Z11NJ', 'VRDGLIVLEQPZMMNU'],
  ['LLAEAX61R60G273W', 'LLAEAX61R60G27PS', 'LLAEAXSMRSLGNTPQ'],
] as const;

function known(code: string): CodiceFiscale {
  const parsed = parseCodiceFiscale(code);
  if (isRefusal(parsed)) throw new Error(`${code}: ${parsed.refused}`);
  return parsed;
}

describe('the syntactic level', () => {
  test.each(omocodia.flat())('%s is a codice fiscale, as it is written', (code) => {
    expect(parseCodiceFiscale(code)).toBe(code);
  });

  test.each(['RSSMRA50B17A558W', 'MRTMRA83T56A269B', 'TSTPSN80A01D612A'])('%s, a published example, passes', (code) => {
    expect(parseCodiceFiscale(code)).toBe(code);
  });

  test('lower case and blanks around it are forgiven', () => {
    expect(parseCodiceFiscale(' rssmra80a01h501u\n')).toBe('RSSMRA80A01H501U');
  });

  // @rule CF-CHECK-LETTER
  test.each([
    ['RSSMRA80A01H501A', 'U'],
    ['RRANGL74M28R701V', 'D'],
    ['RSSMRA00A01H501W', 'C'],
  ])('%s is refused, because its check letter would be %s', (code, right) => {
    expect(parseCodiceFiscale(code)).toMatchObject({
      refused: 'codice-fiscale/check-letter',
      rule: 'CF-CHECK-LETTER',
    });
    expect(checkLetter(code)).toBe(right);
  });

  // @rule CF-PATTERN
  test.each([
    ['RSSMRA80F01H501G', 'F is no month'],
    ['RSSMRA80A01H501', 'fifteen characters'],
    ['RSSMRA80A01H501UU', 'seventeen characters'],
    ['RSSMRA8OA01H501U', 'the letter O is no digit and stands for none'],
    ['RSSMRA80A01H501U\nRSSMRA80A01H501U', 'two codes'],
    ['RſSMRA80A01H501U', 'the long s, which upper case would turn into an S'],
    ['97735020584', 'a code of eleven digits'],
    ['', 'nothing'],
  ])('%j is malformed: %s', (code) => {
    expect(parseCodiceFiscale(code)).toMatchObject({ refused: 'codice-fiscale/malformed', rule: 'CF-PATTERN' });
  });
});

// @rule CF-CHECK-LETTER
describe('the check letter', () => {
  test('changing any one of the six letters of the name breaks it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...omocodia.map(([base]) => base)),
        fc.nat(5),
        fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')),
        (code, index, letter) => {
          fc.pre(code.charAt(index) !== letter);
          const changed = code.slice(0, index) + letter + code.slice(index + 1);
          expect(parseCodiceFiscale(changed)).toMatchObject({ refused: 'codice-fiscale/check-letter' });
        },
      ),
    );
  });

  test('replacing the check letter by any other breaks it', () => {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTVWXYZ')
      expect(parseCodiceFiscale(`RSSMRA80A01H501${letter}`)).toMatchObject({ refused: 'codice-fiscale/check-letter' });
  });
});

describe('omocodia', () => {
  test.each(omocodia)('%s may have been assigned as %s, and in the last resort as %s', (base, one, seven) => {
    const variants = omocodiaVariants(known(base));
    expect(variants).toHaveLength(127);
    expect(variants[0]).toBe(one);
    expect(variants[126]).toBe(seven);
  });

  test('the 127 variants of a code differ from it and from one another', () => {
    const base = known('BNCNNA85T71F205P');
    expect(new Set([base, ...omocodiaVariants(base)]).size).toBe(128);
  });

  test('is seen in a code that has it and not in one that has not', () => {
    expect(hasOmocodia(known('RSSMRA80A01H50MM'))).toBe(true);
    expect(hasOmocodia(known('RSSMRA80A01H501U'))).toBe(false);
  });

  test('each variant has its own right check letter and reads as the same fifteen characters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...omocodia), fc.nat(126), ([base], index) => {
        const variant = omocodiaVariants(known(base))[index] ?? '';
        expect(parseCodiceFiscale(variant)).toBe(variant);
        expect(digitsRestored(known(variant))).toBe(base.slice(0, 15));
        expect(hasOmocodia(known(variant))).toBe(true);
      }),
    );
  });

  test('the variants of a variant are those of its base', () => {
    expect(omocodiaVariants(known('RSSMRAULALMHRLMD'))).toEqual(omocodiaVariants(known('RSSMRA80A01H501U')));
  });
});
