import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { keyId, signedNote, verifierKey } from '../domain/signed-note.ts';
import type { NoteKey } from '../domain/signed-note.ts';
import { sha256 } from './sha256.ts';

// PKCS#8 around a bare Ed25519 seed (RFC 8410): all but the 32 bytes is the same for every key.
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key that signs the heads of the tree. It lies in a file, never in the database that it vouches for. */
export class CheckpointKey {
  /** The public half, as C2SP writes it. */
  readonly verifier: string;
  readonly #secret: KeyObject;
  readonly #key: NoteKey;

  /** @param seed 32 bytes in hex. @throws RangeError on anything else, without telling what it was. */
  constructor(
    readonly origin: string,
    seed: string,
  ) {
    if (!/^[0-9a-f]{64}$/i.test(seed)) throw new RangeError('checkpoint.key is not 32 bytes in hex');
    const der = Buffer.concat([pkcs8, Buffer.from(seed, 'hex')]);
    this.#secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const publicKey = Buffer.from(createPublicKey(this.#secret).export({ format: 'jwk' }).x ?? '', 'base64url');
    this.#key = { name: origin, id: keyId(sha256, origin, publicKey) };
    this.verifier = verifierKey(sha256, origin, publicKey);
  }

  /** The text as a signed note. */
  signNote(text: string): string {
    return signedNote(text, this.#key, sign(null, Buffer.from(text), this.#secret));
  }
}
