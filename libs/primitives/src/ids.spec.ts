import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { certifiedAddress } from './certified-address.ts';
import { parseCodiceFiscale } from './codice-fiscale.ts';
import type { CodiceFiscale } from './codice-fiscale.ts';
import { omocodiaVariants } from './codice-fiscale-omocodia.ts';
import { baseAddressId, derivedId, holderId } from './ids.ts';

const key = Buffer.alloc(32, 7);
const uuidOfVersion8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const marioRossi = parseCodiceFiscale('RSSMRA80A01H501U') as CodiceFiscale;

// @rule HOLDER-ID
describe('the id of a holder', () => {
  test('is the same for the same code, however it was typed', () => {
    expect(holderId(key, parseCodiceFiscale(' rssmra80a01h501u') as CodiceFiscale)).toBe(holderId(key, marioRossi));
  });

  test('keeps apart all the persons whom only omocodia tells apart', () => {
    const ids = [marioRossi, ...omocodiaVariants(marioRossi)].map((code) => holderId(key, code));
    expect(new Set(ids).size).toBe(128);
  });

  test('is the first half of an HMAC-SHA-256 that anyone with the key can compute, as a UUID of version 8', () => {
    // openssl dgst -sha256 -mac HMAC -macopt hexkey:0707...07 over 00000006 "holder" 00000010 "RSSMRA80A01H501U"
    expect(holderId(key, marioRossi)).toBe('026885a4-66f3-8986-8d1b-24608144690f');
  });

  test('cannot be found without the key', () => {
    expect(holderId(Buffer.alloc(32, 8), marioRossi)).not.toBe(holderId(key, marioRossi));
  });

  test('is not made with a key too short to be secret', () => {
    expect(() => holderId(Buffer.alloc(31), marioRossi)).toThrow(RangeError);
  });
});

describe('the key of namesakes', () => {
  test('is one for an address in any case, and tells nothing of the holder’s own id', () => {
    const base = baseAddressId(key, certifiedAddress('mario.rossi@postacertificata.gov.it'));
    expect(base).toMatch(uuidOfVersion8);
    expect(baseAddressId(key, certifiedAddress('Mario.Rossi@PostaCertificata.gov.it'))).toBe(base);
    expect(baseAddressId(key, certifiedAddress('maria.rossi@postacertificata.gov.it'))).not.toBe(base);
  });
});

describe('a derived id', () => {
  test('is the same whenever it is asked for', () => {
    // sha256 over 00000004 "move" 00000009 "inps-2010" 00000010 "RSSMRA80A01H501U"
    expect(derivedId('move', 'inps-2010', 'RSSMRA80A01H501U')).toBe('1f5dfa3d-fd7f-8d19-baad-591fe6994dd4');
  });

  test('is a UUID of version 8 for anything, and different things have different ids', () => {
    const things = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(things, things, (one, other) => {
        const [kind = '', ...parts] = one;
        const [otherKind = '', ...otherParts] = other;
        const id = derivedId(kind, ...parts);
        expect(id).toMatch(uuidOfVersion8);
        expect(id === derivedId(otherKind, ...otherParts)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  test('keeps its parts apart', () => {
    expect(derivedId('move', 'a', 'bc')).not.toBe(derivedId('move', 'ab', 'c'));
    expect(derivedId('move', 'a')).not.toBe(derivedId('move', 'a', ''));
  });
});
