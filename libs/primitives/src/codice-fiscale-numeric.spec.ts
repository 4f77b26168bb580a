import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseNumericCodiceFiscale } from './codice-fiscale-numeric.ts';

describe('a code of eleven digits', () => {
  test.each(['97735020584', '00354730392', '80016350821', '12345678903'])('%s passes', (code) => {
    expect(parseNumericCodiceFiscale(code)).toBe(code);
  });

  // @rule CF-CHECK-DIGIT
  test('12345678901 is refused: its last digit would be 3', () => {
    expect(parseNumericCodiceFiscale('12345678901')).toMatchObject({
      refused: 'codice-fiscale/check-digit',
      rule: 'CF-CHECK-DIGIT',
    });
  });

  // @rule CF-NUMERIC-PATTERN
  test.each(['1234567890', '123456789012', 'RSSMRA80A01H501U', '1234567890O', ''])('%j is malformed', (code) => {
    expect(parseNumericCodiceFiscale(code)).toMatchObject({
      refused: 'codice-fiscale/malformed',
      rule: 'CF-NUMERIC-PATTERN',
    });
  });

  // @rule CF-CHECK-DIGIT
  test('any single digit typed wrong is noticed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('97735020584', '00354730392', '80016350821'),
        fc.nat(10),
        fc.nat(9),
        (code, index, digit) => {
          fc.pre(code.charAt(index) !== String(digit));
          expect(parseNumericCodiceFiscale(code.slice(0, index) + String(digit) + code.slice(index + 1))).toMatchObject(
            { refused: 'codice-fiscale/check-digit' },
          );
        },
      ),
    );
  });
});
