import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { FirstAccessKeys } from './first-access-keys.ts';
import { IdentitySecrets } from './identity-secrets.ts';

const key = Buffer.alloc(32, 7);
const of = (...keys: Buffer[]) => new IdentitySecrets(new FirstAccessKeys(keys));
const secrets = of(key);
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
    expect(secrets.firstAccessPassword(enrolment, 1, null)).toBe(expected.join(''));
  });

  // @rule FIRST-ACCESS-DERIVED
  test('asked twice it is the same; of another generation, enrolment or key it is another', () => {
    const password = secrets.firstAccessPassword(enrolment, 1, null);
    expect(of(Buffer.alloc(32, 7)).firstAccessPassword(enrolment, 1, null)).toBe(password);
    expect(secrets.firstAccessPassword(enrolment, 2, null)).not.toBe(password);
    expect(secrets.firstAccessPassword(enrolment.replace('0b', '0c'), 1, null)).not.toBe(password);
    expect(of(Buffer.alloc(32, 8)).firstAccessPassword(enrolment, 1, null)).not.toBe(password);
  });

  test('a first PIN has sixteen letters and shares none of its making with the first-access password', () => {
    expect(secrets.initialPin(enrolment, null)).toMatch(/^[A-HJ-NP-Z2-9]{16}$/);
    expect(secrets.initialPin(enrolment, null)?.slice(0, 12)).not.toBe(secrets.firstAccessPassword(enrolment, 1, null));
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
    expect(() => of(Buffer.alloc(16))).toThrow(RangeError);
    expect(() => of()).toThrow(RangeError);
  });

  // @rule FIRST-ACCESS-KEYS
  test('follow from the key that is named, from the oldest where none is, and from none that is not there', () => {
    const next = Buffer.alloc(32, 8);
    const both = of(next, key);
    const [newest, oldest] = [of(next), secrets].map(({ newestKey }) => newestKey) as [string, string];
    expect(both.newestKey).toBe(newest);
    expect(both.firstAccessPassword(enrolment, 1, null)).toBe(secrets.firstAccessPassword(enrolment, 1, null));
    expect(both.firstAccessPassword(enrolment, 1, oldest)).toBe(secrets.firstAccessPassword(enrolment, 1, null));
    expect(both.firstAccessPassword(enrolment, 1, newest)).toBe(of(next).firstAccessPassword(enrolment, 1, null));
    expect(both.initialPin(enrolment, oldest)).toBe(secrets.initialPin(enrolment, null));
    expect(both.initialPin(enrolment, newest)).toBe(of(next).initialPin(enrolment, null));
    expect(of(next).firstAccessPassword(enrolment, 1, oldest)).toBeNull();
    expect(of(next).initialPin(enrolment, oldest)).toBeNull();
  });

  // @rule FIRST-ACCESS-KEYS
  test('a roll-over moves no name that nobody has to another account, and no session to another PIN', () => {
    const both = of(Buffer.alloc(32, 8), key);
    expect(both.strangersAccount('nessuno')).toBe(secrets.strangersAccount('nessuno'));
    expect(both.isPinMark('hash', secrets.pinMark('hash'))).toBe(true);
    expect(both.isPinMark('hash', both.pinMark('hash'))).toBe(true);
    expect(both.isPinMark('other', both.pinMark('hash'))).toBe(false);
    expect(both.pinMark('hash')).not.toBe(secrets.pinMark('hash'));
  });
});
