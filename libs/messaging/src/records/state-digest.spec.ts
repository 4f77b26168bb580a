import { describe, expect, test } from '@jest/globals';
import { addDigests, digestText, stateDigest, subtractDigest } from './state-digest.ts';

// @rule CENSUS-DIGEST
describe('the digest of states', () => {
  // printf 'anna 0 5' | sha256sum
  const anna = 'dbbe8e6a';
  test('of one key is the SHA-256 of key, epoch and number', () => {
    expect(digestText(stateDigest('anna', { epoch: 0, number: 5 })).slice(0, 8)).toBe(anna);
  });

  test('of several keys does not depend on their order, and a state that goes leaves that of the others', () => {
    const one = stateDigest('anna', { epoch: 0, number: 5 });
    const other = stateDigest('mario', { epoch: 1_283_428_800_000, number: 2 });
    expect(addDigests(one, other)).toBe(addDigests(other, one));
    expect(subtractDigest(addDigests(one, other), one)).toBe(other);
    expect(subtractDigest(0n, 1n)).toBe((1n << 256n) - 1n);
    expect(addDigests((1n << 256n) - 1n, 1n)).toBe(0n);
  });

  test('another number, another epoch and another key are another digest', () => {
    const digests = [
      stateDigest('anna', { epoch: 0, number: 5 }),
      stateDigest('anna', { epoch: 0, number: 6 }),
      stateDigest('anna', { epoch: 1, number: 5 }),
      stateDigest('mario', { epoch: 0, number: 5 }),
    ];
    expect(new Set(digests).size).toBe(4);
  });
});
