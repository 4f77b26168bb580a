import { hash } from 'node:crypto';
import type { Standing } from '../restore/epoch.ts';

const modulus = 1n << 256n;

/**
 * What one key adds to the digest of a set of states: SHA-256 of `<key> <epoch> <number>` as a number. Which content the
 * state has is not part of it: a release that adds a field changes no digest.
 * @rule CENSUS-DIGEST
 */
export function stateDigest(key: string, { epoch, number }: Standing): bigint {
  return BigInt(`0x${hash('sha256', `${key} ${epoch} ${number}`, 'hex')}`);
}

/** The sum of two digests modulo 2^256: the order in which states are added does not count. */
export function addDigests(one: bigint, other: bigint): bigint {
  return (one + other) % modulus;
}

/** What is left of a sum when one of its digests is taken away. */
export function subtractDigest(sum: bigint, digest: bigint): bigint {
  return (sum - digest + modulus) % modulus;
}

/** A digest as 64 hexadecimal digits. */
export function digestText(digest: bigint): string {
  return digest.toString(16).padStart(64, '0');
}
