import { X509Certificate } from 'node:crypto';
import { Unavailable } from '@recapito/platform';
import { signerBy } from '@recapito/rfc6109';
import type { Signer } from '@recapito/rfc6109';
import { Cryptoki, CryptokiError } from './cryptoki.ts';
import type { Attribute } from './cryptoki.ts';
import { parseTokenKey } from './pkcs11-uri.ts';
import type { TokenKey } from './pkcs11-uri.ts';

/** Sessions of a token that are kept open, and so signatures that it makes at a time; whoever comes later waits. */
const sessions = 4;

const attributes = { class: 0x000, label: 0x003, keyType: 0x100, id: 0x102, modulus: 0x120 };
const wrongPin = 0xa0;
/** CKO_PRIVATE_KEY and CKK_RSA, as the module writes such numbers. */
const [privateKey, rsa] = [ulong(3), ulong(0)];

type Handle = ReturnType<Cryptoki['openSession']>;

interface Session {
  readonly session: Handle;
  readonly key: Handle;
}

/** Modules that have been initialised: each is once in a process. */
const modules = new Map<string, Cryptoki>();

/**
 * A signer whose key stays in a token (PKCS #11): a hardware module, or software that behaves like one.
 * @param uri RFC 7512, with the module's path and without the PIN
 * @throws Error when module, token or key are not there, the PIN is wrong, or the key is not that of the certificate
 * @rule SIGN-TOKEN
 */
export function tokenSigner(certificatePem: string, uri: string, pin: string): Signer {
  const certificate = new X509Certificate(certificatePem);
  const key = parseTokenKey(uri);
  const cryptoki = modules.get(key.module) ?? new Cryptoki(key.module);
  modules.set(key.module, cryptoki);
  const token = new Token(cryptoki, key, { pin, modulus: modulusOf(certificate) });
  token.release(token.open());
  return signerBy(certificate, (bytes) => token.sign(bytes));
}

/** A token with its key; sessions are opened as they are needed, and again after a fault. */
class Token {
  readonly #cryptoki: Cryptoki;
  readonly #key: TokenKey;
  readonly #modulus: Buffer;
  #pin: string | null;
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(cryptoki: Cryptoki, key: TokenKey, { pin, modulus }: { readonly pin: string; readonly modulus: Buffer }) {
    this.#cryptoki = cryptoki;
    this.#key = key;
    this.#modulus = modulus;
    this.#pin = pin;
  }

  /** @throws Unavailable when the token cannot for now: nothing was signed. */
  async sign(bytes: Buffer): Promise<Buffer> {
    while (this.#busy >= sessions) await new Promise<void>((go) => this.#waiting.push(go));
    this.#busy += 1;
    let session: Session | undefined;
    try {
      session = this.#idle.pop() ?? this.open();
      const signature = await this.#cryptoki.sign(session.session, session.key, bytes);
      this.release(session);
      return signature;
    } catch (error) {
      // Whatever state the session is in, the next signature has a new one.
      if (session !== undefined) this.#cryptoki.closeSession(session.session);
      throw new Unavailable('token', 'the token did not sign', error);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Finds token and key. Serial numbers and labels may be shared; a key that two could be is none. */
  open(): Session {
    const { token, serial } = this.#key;
    const found = this.#cryptoki
      .tokens()
      .filter((each) => (token === null || each.label === token) && (serial === null || each.serial === serial));
    const [place, another] = found;
    if (place === undefined || another !== undefined) throw new Error(`${found.length} tokens are of that name`);
    const session = this.#cryptoki.openSession(place.slot);
    try {
      this.#logIn(session);
      return { session, key: this.#keyIn(session) };
    } catch (error) {
      this.#cryptoki.closeSession(session);
      throw error;
    }
  }

  #keyIn(session: Handle): Handle {
    const { object, id } = this.#key;
    const wanted: Attribute[] = [
      { type: attributes.class, value: privateKey },
      { type: attributes.keyType, value: rsa },
      { type: attributes.modulus, value: this.#modulus },
    ];
    if (object !== null) wanted.push({ type: attributes.label, value: Buffer.from(object, 'utf8') });
    if (id !== null) wanted.push({ type: attributes.id, value: id });
    const keys = this.#cryptoki.find(session, wanted);
    const [key] = keys;
    if (key === undefined || keys.length > 1)
      throw new Error(`${keys.length} private keys of that name are the certificate’s`);
    return key;
  }

  /** A PIN that was wrong is not tried again: a token that hears it too often locks itself. */
  #logIn(session: Handle): void {
    if (this.#pin === null) throw new Error('the PIN of the token is wrong');
    try {
      this.#cryptoki.logIn(session, this.#pin);
    } catch (error) {
      if (error instanceof CryptokiError && error.code === wrongPin) this.#pin = null;
      throw error;
    }
  }

  release(session: Session): void {
    this.#idle.push(session);
  }
}

/** As a token has it: the bytes of the number, highest first. */
function modulusOf({ publicKey }: X509Certificate): Buffer {
  const { n } = publicKey.export({ format: 'jwk' });
  if (n === undefined) throw new Error('the certificate has no RSA key');
  return Buffer.from(n, 'base64url');
}

/** CK_ULONG in memory, on platforms where it has 64 bits and the low byte first. */
function ulong(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
