import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { derivedId } from '@recapito/primitives';
import { asPrinted, spell } from '../domain/secret-letters.ts';

const firstAccessCharacters = 12;
const pinCharacters = 16;

/** Names that nobody has share so many accounts of attempts: enough not to meet, few enough not to fill a disk. */
const strangerBits = 20;

/**
 * Secrets that are made again instead of being kept: whoever takes the database has none of them, and asking twice
 * gives the same. All follow from one key file.
 */
export class IdentitySecrets {
  readonly #firstAccessKey: Buffer;
  readonly #pinKey: Buffer;
  readonly #strangerKey: Buffer;
  readonly #guessKey: Buffer;
  readonly #pinMarkKey: Buffer;
  /** Goes into the hash of security answers, beside the salt. */
  readonly answersKey: Buffer;

  /** @param firstAccessKey 32 bytes, from the key file `first-access.key`. */
  constructor(firstAccessKey: Buffer) {
    if (firstAccessKey.length !== 32) throw new RangeError('the first-access key has 32 bytes');
    this.#firstAccessKey = firstAccessKey;
    this.#pinKey = subkey(firstAccessKey, 'recapito inps pin');
    this.#strangerKey = subkey(firstAccessKey, 'recapito stranger');
    this.#guessKey = subkey(firstAccessKey, 'recapito guesses');
    this.#pinMarkKey = subkey(firstAccessKey, 'recapito pin marks');
    this.answersKey = subkey(firstAccessKey, 'recapito security answers');
  }

  /**
   * The twelve characters of an announcement: HMAC-SHA-256(key, enrolment, generation).
   * @rule FIRST-ACCESS-DERIVED
   */
  firstAccessPassword(enrolment: string, generation: number): string {
    const mac = createHmac('sha256', this.#firstAccessKey).update(`${enrolment}/${generation}`).digest();
    return spell(mac, firstAccessCharacters);
  }

  /**
   * The sixteen characters of a first PIN.
   * @rule INPS-PIN-HALVES
   */
  initialPin(pin: string): string {
    return spell(createHmac('sha256', this.#pinKey).update(pin).digest(), pinCharacters);
  }

  /** Whether what was typed from paper is the secret that was printed; takes as long for a near miss as for any other. */
  isPrinted(secret: string, typed: string): boolean {
    return timingSafeEqual(this.#digest(secret), this.#digest(asPrinted(typed)));
  }

  /**
   * The account of attempts of a name that nobody has: attempts on it are counted and blocked like anybody's.
   * @rule ACCESS-SAME-WORDS
   */
  strangersAccount(name: string): string {
    const mac = createHmac('sha256', this.#strangerKey).update(name).digest();
    return derivedId('stranger', String(mac.readUInt32BE(0) >>> (32 - strangerBits)));
  }

  /**
   * By what a wrong secret is known when it comes again: bound to the account and to the version of the credential, so that
   * a guess that became right is no repetition. 128 bits.
   * @rule ACCESS-REPETITION
   */
  guess(account: string, version: string, secret: string): string {
    const said = JSON.stringify([account, version, secret.normalize('NFC')]);
    return createHmac('sha256', this.#guessKey).update(said).digest('base64url').slice(0, 22);
  }

  /** By what a session knows the personal PIN that opened it: it tells nothing of the PIN or its hash. 128 bits. */
  pinMark(hash: string): string {
    return createHmac('sha256', this.#pinMarkKey).update(hash).digest('base64url').slice(0, 22);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#strangerKey).update(text).digest();
  }
}

function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
}
