import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of the secret of a second factor: as long as the HMAC that RFC 4226 uses. */
const factorBytes = 20;

/**
 * What the sign-in of operators needs of secrets, all from the key file `first-access.key`: whoever takes the database has
 * none of them.
 */
export class OperatorSecrets {
  readonly #factorKey: Buffer;
  readonly #formKey: Buffer;
  /** Signs the provider's cookies. */
  readonly cookieKey: string;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new RangeError('the first-access key has 32 bytes');
    this.#factorKey = subkey(key, 'recapito operator factors');
    this.#formKey = subkey(key, 'recapito sign-in forms');
    this.cookieKey = subkey(key, 'recapito provider cookies').toString('base64url');
  }

  /** The secret that makes the codes of an operator's second factor. @param version raised when it is lost or changed */
  factor(operator: string, version: number): Buffer {
    const mac = createHmac('sha256', this.#factorKey).update(`${operator}/${version}`).digest();
    return mac.subarray(0, factorBytes);
  }

  /** What a form of ours carries, so that no other page can send it. @param page by what its page is known */
  formToken(page: string): string {
    return createHmac('sha256', this.#formKey).update(page).digest('base64url');
  }

  /** Whether a form came from our page. */
  isFormToken(page: string, shown: string): boolean {
    return timingSafeEqual(sha256(this.formToken(page)), sha256(shown));
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
