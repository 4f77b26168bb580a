import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FirstAccessKeys } from './first-access-keys.ts';

/** Bytes of the secret of a second factor: as long as the HMAC that RFC 4226 uses. */
const factorBytes = 20;

/**
 * What the sign-in of operators needs of secrets, all from the key file `first-access.key`: whoever takes the database has
 * none of them.
 */
export class OperatorSecrets {
  readonly #keys: FirstAccessKeys;
  readonly #formKeys: readonly Buffer[];
  /** Sign the provider's cookies: the first one what is new, each what it has signed. */
  readonly cookieKeys: readonly string[];

  constructor(keys: FirstAccessKeys) {
    this.#keys = keys;
    this.#formKeys = keys.all.map(({ bytes }) => subkey(bytes, 'recapito sign-in forms'));
    this.cookieKeys = keys.all.map(({ bytes }) => subkey(bytes, 'recapito provider cookies').toString('base64url'));
  }

  /** The key that makes what is new. */
  get newestKey(): string {
    return this.#keys.newest.id;
  }

  /**
   * The secret that makes the codes of an operator's second factor; one that nobody knows when its key is not there any more.
   * @param version raised when it is lost or changed
   * @param keyId kept with the account; null in rows from before there were ids
   * @rule FIRST-ACCESS-KEYS
   */
  factor(operator: string, version: number, keyId: string | null): Buffer {
    const key = this.#keys.find(keyId)?.bytes ?? randomBytes(32);
    const mac = createHmac('sha256', subkey(key, 'recapito operator factors'))
      .update(`${operator}/${version}`)
      .digest();
    return mac.subarray(0, factorBytes);
  }

  /** What a form of ours carries, so that no other page can send it. @param page by what its page is known */
  formToken(page: string): string {
    return this.#formTokens(page)[0] ?? '';
  }

  /** Whether a form came from our page; the key may have been rolled over since. */
  isFormToken(page: string, shown: string): boolean {
    return this.#formTokens(page).some((token) => timingSafeEqual(sha256(token), sha256(shown)));
  }

  #formTokens(page: string): string[] {
    return this.#formKeys.map((key) => createHmac('sha256', key).update(page).digest('base64url'));
  }
}

/** A link to choose credentials: the token in it, and the hash that is kept. */
export function newActivation(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: activationHash(token) };
}

/** What is kept of a link's token. */
export function activationHash(token: string): string {
  return sha256(token).toString('hex');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
}
