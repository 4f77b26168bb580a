import { hash } from 'node:crypto';

/** SHA-256 by Node's own OpenSSL, in one call. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}
