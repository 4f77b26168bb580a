import { describe, expect, test } from '@jest/globals';
import { instant, parseInstant } from '@recapito/primitives';
import { codeAt, enrolmentUri, stepOfCode, typedSecret } from './one-time-codes.ts';

/** The secret of the test vectors of RFC 6238, Appendix B. */
const secret = Buffer.from('12345678901234567890');

describe('a code of the second factor', () => {
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('of second %i is the one of RFC 6238, in its last six digits', (second, code) => {
    expect(codeAt(secret, instant(second * 1_000))).toBe(code);
  });

  const now = parseInstant('2026-11-30T00:00:10Z');
  /** 30-second steps since 1970: 1,795,996,800 seconds and ten. */
  const step = 59_866_560;
  const of = (seconds: number) => codeAt(secret, instant(now + seconds * 1_000));

  test('is taken from the step before to the step after, and no other', () => {
    expect([-60, -30, 0, 30, 60].map((seconds) => stepOfCode(secret, of(seconds), now, 0))).toEqual([
      null,
      step - 1,
      step,
      step + 1,
      null,
    ]);
  });

  // @rule OPERATOR-SECOND-FACTOR
  test('is not taken again, nor one from before it', () => {
    expect(stepOfCode(secret, of(0), now, step)).toBeNull();
    expect(stepOfCode(secret, of(-30), now, step)).toBeNull();
    expect(stepOfCode(secret, of(30), now, step)).toBe(step + 1);
  });

  test('may be typed with blanks, and is nothing else', () => {
    const code = of(0);
    expect(stepOfCode(secret, ` ${code.slice(0, 3)} ${code.slice(3)} `, now, 0)).toBe(step);
    for (const odd of ['', '12345', `${code}0`, 'abcdef', '１２３４５６'])
      expect(stepOfCode(secret, odd, now, 0)).toBeNull();
  });

  test('comes from a key that telephones read from a picture, or that is typed', () => {
    expect(enrolmentUri(secret, 'maria.bianchi')).toBe(
      'otpauth://totp/Recapito:maria.bianchi?issuer=Recapito&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30',
    );
    expect(typedSecret(secret)).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ');
  });
});
