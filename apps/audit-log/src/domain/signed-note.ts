import type { Sha256 } from './merkle-tree.ts';

/** Whose signature stands under a note: the name of the log and four bytes that tell its keys apart. */
export interface NoteKey {
  readonly name: string;
  readonly id: Uint8Array;
}

/** The algorithm byte of Ed25519 in C2SP signed-note. */
const ed25519 = 0x01;

/** The key id of C2SP signed-note: the first four bytes of SHA-256 over name, newline, algorithm, public key. */
export function keyId(sha256: Sha256, name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ed25519), publicKey])).slice(0, 4);
}

/** The public key as C2SP writes it, for whoever verifies: `name+hex key id+base64(algorithm, key)`. */
export function verifierKey(sha256: Sha256, name: string, publicKey: Uint8Array): string {
  const id = Buffer.from(keyId(sha256, name, publicKey)).toString('hex');
  return `${name}+${id}+${Buffer.concat([Buffer.of(ed25519), publicKey]).toString('base64')}`;
}

/** Puts an Ed25519 signature under a text that ends in a newline. @throws RangeError on any other text. */
export function signedNote(text: string, key: NoteKey, signature: Uint8Array): string {
  if (!text.endsWith('\n')) throw new RangeError('the text of a signed note ends in a newline');
  return `${text}\n— ${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`;
}

/** A note with one signature, taken apart; `null` when the text is not exactly one. */
export function parseNote(note: string): { text: string; key: NoteKey; signature: Uint8Array } | null {
  const [, text = '', name = '', encoded = ''] = /^([\s\S]*\n)\n— (\S+) (\S+)\n$/.exec(note) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 4 + 64 || bytes.toString('base64') !== encoded) return null;
  return { text, key: { name, id: bytes.subarray(0, 4) }, signature: bytes.subarray(4) };
}
