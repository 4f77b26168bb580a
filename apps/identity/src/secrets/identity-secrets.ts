import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { derivedId } from '@recapito/primitives';
import { asPrinted, spell } from '../domain/secret-letters.ts';
import type { FirstAccessKey, FirstAccessKeys } from './first-access-keys.ts';

const firstAccessCharacters = 12;
const pinCharacters = 16;

/** Names that nobody has share so many accounts of attempts: enough not to meet, few enough not to fill a disk. */
const strangerBits = 20;

/**
 * Secrets that are made again instead of being kept: whoever takes the database has none of them, and asking twice
 * gives the same. All follow from one key file.
 */
export class IdentitySecrets {
  readonly #keys: FirstAccessKeys;
  readonly #pinKeys: ReadonlyMap<string, Buffer>;
  readonly #strangerKey: Buffer;
  readonly #guessKey: Buffer;
  readonly #pinMarkKeys: readonly Buffer[];
  /** Goes into the hash of security answers, beside the salt; the id is kept with the hash. */
  readonly answersKey: FirstAccessKey;

  constructor(keys: FirstAccessKeys) {
    const { newest, oldest, all } = keys;
    this.#keys = keys;
    this.#pinKeys = new Map(all.map(({ id, bytes }) => [id, subkey(bytes, 'recapito inps pin')]));
    // Of the oldest one: a roll-over must not show which blocked names are nobody's. @rule ACCESS-SAME-WORDS
    this.#strangerKey = subkey(oldest.bytes, 'recapito stranger');
    this.#guessKey = subkey(newest.bytes, 'recapito guesses');
    this.#pinMarkKeys = all.map(({ bytes }) => subkey(bytes, 'recapito pin marks'));
    this.answersKey = { id: newest.id, bytes: subkey(newest.bytes, 'recapito security answers') };
  }

  /** The key that makes what is new. */
  get newestKey(): string {
    return this.#keys.newest.id;
  }

  /**
   * The twelve characters of an announcement: HMAC-SHA-256(key, enrolment, generation).
   * @param keyId kept with the enrolment; null in rows from before there were ids
   * @returns null when that key is not there any more
   * @rule FIRST-ACCESS-DERIVED FIRST-ACCESS-KEYS
   */
  firstAccessPassword(enrolment: string, generation: number, keyId: string | null): string | null {
    const key = this.#keys.find(keyId);
    if (key === undefined) return null;
    return spell(hmac(key.bytes, `${enrolment}/${generation}`), firstAccessCharacters);
  }

  /**
   * The sixteen characters of a first PIN.
   * @param keyId kept with the PIN; null in rows from before there were ids
   * @returns null when that key is not there any more
   * @rule INPS-PIN-HALVES FIRST-ACCESS-KEYS
   */
  initialPin(pin: string, keyId: string | null): string | null {
    const key = this.#pinKeys.get(this.#keys.find(keyId)?.id ?? '');
    return key === undefined ? null : spell(hmac(key, pin), pinCharacters);
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
    const mac = hmac(this.#strangerKey, name);
    return derivedId('stranger', String(mac.readUInt32BE(0) >>> (32 - strangerBits)));
  }

  /**
   * By what a wrong secret is known when it comes again: bound to the account and to the version of the credential, so that
   * a guess that became right is no repetition. 128 bits.
   * @rule ACCESS-REPETITION
   */
  guess(account: string, version: string, secret: string): string {
    const said = JSON.stringify([account, version, secret.normalize('NFC')]);
    return hmac(this.#guessKey, said).toString('base64url').slice(0, 22);
  }

  /** By what a session knows the personal PIN that opened it: it tells nothing of the PIN or its hash. 128 bits. */
  pinMark(hash: string): string {
    return this.#pinMarks(hash)[0] ?? '';
  }

  /** Whether a session was opened by the PIN of this hash; the key may have been rolled over since. */
  isPinMark(hash: string, mark: string): boolean {
    return this.#pinMarks(hash).includes(mark);
  }

  #pinMarks(hash: string): string[] {
    return this.#pinMarkKeys.map((key) => hmac(key, hash).toString('base64url').slice(0, 22));
  }

  #digest(text: string): Buffer {
    return hmac(this.#strangerKey, text);
  }
}

function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
