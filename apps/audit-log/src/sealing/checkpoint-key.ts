import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { parseCheckpoint } from '../domain/checkpoint.ts';
import { declaredAt } from '../domain/published-log.ts';
import type { PublishedCheckpoint } from '../domain/published-log.ts';
import { keyId, parseNote, signedNote, verifierKey } from '../domain/signed-note.ts';
import type { NoteKey } from '../domain/signed-note.ts';
import { sha256 } from './sha256.ts';

// PKCS#8 around a bare Ed25519 seed (RFC 8410): all but the 32 bytes is the same for every key.
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key that signs the heads of the tree. It lies in a file, never in the database that it vouches for. */
export class CheckpointKey {
  /** The public half, as C2SP writes it. */
  readonly verifier: string;
  readonly #secret: KeyObject;
  readonly #public: KeyObject;
  readonly #key: NoteKey;

  /**
   * @param origin the name of the key, and the origin of the first log that it signs
   * @param seed 32 bytes in hex
   * @throws RangeError on anything else, without telling what it was
   */
  constructor(
    readonly origin: string,
    seed: string,
  ) {
    if (!/^[0-9a-f]{64}$/i.test(seed)) throw new RangeError('checkpoint.key is not 32 bytes in hex');
    const der = Buffer.concat([pkcs8, Buffer.from(seed, 'hex')]);
    this.#secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    this.#public = createPublicKey(this.#secret);
    const publicKey = Buffer.from(this.#public.export({ format: 'jwk' }).x ?? '', 'base64url');
    this.#key = { name: origin, id: keyId(sha256, origin, publicKey) };
    this.verifier = verifierKey(sha256, origin, publicKey);
  }

  /** The text as a signed note. */
  signNote(text: string): string {
    return signedNote(text, this.#key, sign(null, Buffer.from(text), this.#secret));
  }

  /** Reads a checkpoint of one of our logs; null when the note is none, or not signed by this key. */
  readCheckpoint(note: string): PublishedCheckpoint | null {
    const parsed = parseNote(note);
    if (parsed?.key.name !== this.#key.name || !Buffer.from(parsed.key.id).equals(this.#key.id)) return null;
    if (!verify(null, Buffer.from(parsed.text), this.#public, parsed.signature)) return null;
    const head = parseCheckpoint(parsed.text);
    const declared = head && declaredAt(this.origin, head.origin);
    return head === null || declared === null ? null : { head, declared, note };
  }
}
