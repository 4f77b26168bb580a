import { hash, randomBytes } from 'node:crypto';
import { saltLength } from '../domain/leaf.ts';

/** SHA-256 by Node's own OpenSSL, in one call. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** Fresh salts, drawn at once; ask for each by its position. */
export function newSalts(count: number): (position: number) => Uint8Array {
  const drawn = randomBytes(count * saltLength);
  return (position) => drawn.subarray(position * saltLength, (position + 1) * saltLength);
}
