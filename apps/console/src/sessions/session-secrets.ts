import { hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * What follows from the secret that a browser's cookie holds. None of it leads back to the secret.
 * @rule CONSOLE-SESSION-SEALED
 */
export interface SessionSecrets {
  /** Under which name the session lies in Redis. */
  readonly place: string;
  /** What a page shows with every change. */
  readonly csrf: string;
  /** The key that seals what lies in Redis. */
  readonly seal: Uint8Array;
}

/** A secret for a cookie: 256 bits that nobody guesses. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function secretsOf(secret: string): SessionSecrets {
  return {
    place: derived(secret, 'place').toString('base64url'),
    csrf: derived(secret, 'csrf').toString('base64url'),
    seal: derived(secret, 'seal'),
  };
}

/** Compares two secrets in a time that does not tell where they differ. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function derived(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `recapito console ${use}`, 32));
}
