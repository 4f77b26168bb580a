import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { IdentitySecrets } from './identity-secrets.ts';

const key = Buffer.alloc(32, 7);
const secrets = new IdentitySecrets(key);
const enrolment = '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d';

describe('secrets that are made again instead of being kept', () => {
  // @rule FIRST-ACCESS-DERIVED
  test('the first-access password is the HMAC-SHA-256 of enrolment and generation in twelve unambiguous letters', () => {
    const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
    const bits = [...createHmac('sha256', key).update(`${enrolment}/1`).digest()]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    const expected = Array.from(
      { length: 12 },
      (_, place) => letters[Number.parseInt(bits.slice(place * 5, place * 5 + 5), 2)],
    );
    expect(secrets.firstAccessPassword(enrolment, 1)).toBe(expected.join(''));
  });

  // @rule FIRST-ACCESS-DERIVED
  test('asked twice it is the same; of another generation, enrolment or key it is another', () => {
    const password = secrets.firstAccessPassword(enrolment, 1);
    expect(new IdentitySecrets(Buffer.alloc(32, 7)).firstAccessPassword(enrolment, 1)).toBe(password);
    expect(secrets.firstAccessPassword(enrolment, 2)).not.toBe(password);
    expect(secrets.firstAccessPassword(enrolment.replace('0b', '0c'), 1)).not.toBe(password);
    expect(new IdentitySecrets(Buffer.alloc(32, 8)).firstAccessPassword(enrolment, 1)).not.toBe(password);
  });

  test('a first PIN has sixteen letters and shares none of its making with the first-access password', () => {
    expect(secrets.initialPin(enrolment)).toMatch(/^[A-HJ-NP-Z2-9]{16}$/);
    expect(secrets.initialPin(enrolment).slice(0, 12)).not.toBe(secrets.firstAccessPassword(enrolment, 1));
  });

  test('what is typed from paper is compared without its hyphens, blanks and lower case, and nothing else is forgiven', () => {
    expect(secrets.isPrinted('K7QWPM2RTX9A', 'k7qw-pm2r tx9a')).toBe(true);
    expect(secrets.isPrinted('K7QWPM2RTX9A', 'k7qw-pm2r-tx9b')).toBe(false);
    expect(secrets.isPrinted('K7QWPM2RTX9A', '')).toBe(false);
  });

  test('a name that nobody has gets an account that can be found again and is no holder’s', () => {
    const account = secrets.strangersAccount('nessuno@postacertificata.gov.it');
    expect(account).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(secrets.strangersAccount('nessuno@postacertificata.gov.it')).toBe(account);
    expect(secrets.strangersAccount('altro@postacertificata.gov.it')).not.toBe(account);
  });

  test('a key of another length is refused', () => {
    expect(() => new IdentitySecrets(Buffer.alloc(16))).toThrow(RangeError);
  });
});
