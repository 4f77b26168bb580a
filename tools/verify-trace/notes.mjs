// Signed notes and checkpoints as C2SP writes them (signed-note, tlog-checkpoint), and the keys that verify them.
import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from './tree.mjs';

const ed25519 = 0x01;

/**
 * Reads a public key: `name+key id+base64` as C2SP writes it, or the 32 bytes alone in base64 (then any name will do).
 * `null` when the text is neither.
 */
export function readKey(text) {
  const [, name, id, long] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const bytes = Buffer.from(long ?? text, 'base64');
  if (bytes.toString('base64') !== (long ?? text)) return null;
  if (long === undefined) return bytes.length === 32 ? { name: null, bytes } : null;
  const key = { name, bytes: bytes.subarray(1) };
  const fits = bytes.length === 33 && bytes[0] === ed25519 && keyId(name, key.bytes).toString('hex') === id;
  return fits ? key : null;
}

function keyId(name, publicKey) {
  return sha256(`${name}\n`, Buffer.of(ed25519), publicKey).subarray(0, 4);
}

/**
 * Takes apart exactly one checkpoint with one signature; `null` when the bytes are anything else. A declared log names
 * the heads at which the logs before it ended, newest first, in lines `follows ORIGIN SIZE ROOT`.
 */
export function readCheckpoint(bytes) {
  const note = bytes.toString('utf8');
  if (!Buffer.from(note).equals(bytes)) return null;
  const [, text, origin, size, root, extensions, name, signature] =
    /^(([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n((?:follows [^\n]+\n)*))\n— ([^\s+]+) ([A-Za-z0-9+/]{91}=)\n$/.exec(
      note,
    ) ?? [];
  if (text === undefined || !Number.isSafeInteger(Number(size))) return null;
  const follows = extensions.split('\n').slice(0, -1).map(readFollowed);
  if (follows.includes(null)) return null;
  const [rootBytes, signed] = [Buffer.from(root, 'base64'), Buffer.from(signature, 'base64')];
  if (rootBytes.toString('base64') !== root || signed.toString('base64') !== signature) return null;
  return {
    text,
    origin,
    size: Number(size),
    root: rootBytes,
    follows,
    name,
    keyId: signed.subarray(0, 4),
    signature: signed.subarray(4),
  };
}

function readFollowed(line) {
  const [, origin, size, root] = /^follows (\S+) (0|[1-9]\d{0,15}) ([A-Za-z0-9+/]{43}=)$/.exec(line) ?? [];
  const bytes = Buffer.from(root ?? '', 'base64');
  if (origin === undefined || !Number.isSafeInteger(Number(size)) || bytes.toString('base64') !== root) return null;
  return { origin, size: Number(size), root: bytes };
}

/**
 * Tells whether `key` signed the checkpoint, under the name that the log goes by: its origin, or for a declared log the
 * origin without the number behind it.
 */
export function isSignedBy(checkpoint, key) {
  const { name, origin } = checkpoint;
  const declared = origin.startsWith(`${name}/`) && /^[1-9]\d*$/.test(origin.slice(name.length + 1));
  if ((name !== origin && !declared) || (key.name ?? name) !== name) return false;
  if (!keyId(checkpoint.name, key.bytes).equals(checkpoint.keyId)) return false;
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.bytes.toString('base64url') },
    format: 'jwk',
  });
  return verify(null, Buffer.from(checkpoint.text), publicKey, checkpoint.signature);
}

/**
 * The checkpoints in a file that holds one or more, one after the other, with or without empty lines between them;
 * `null` when it holds anything else.
 */
export function readCheckpoints(bytes) {
  const text = bytes.toString('utf8');
  const single = /[^\n][\s\S]*?\n\n— [^\n]*\n/g;
  const checkpoints = (text.match(single) ?? []).map((note) => readCheckpoint(Buffer.from(note)));
  return checkpoints.length > 0 && !checkpoints.includes(null) && text.replace(single, '').trim() === ''
    ? checkpoints
    : null;
}
