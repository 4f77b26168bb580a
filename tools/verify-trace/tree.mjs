// The tree of RFC 6962 and the leaf of an entry, from Node's SHA-256 alone.
import { createHash } from 'node:crypto';

/** SHA-256 over the parts, one after the other. */
export function sha256(...parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
}

const leafPrefix = Buffer.of(0x00);
const nodePrefix = Buffer.of(0x01);
const leafVersion = Buffer.of(0x01);

/**
 * The leaf of an entry: SHA-256 over 0x00, the version byte 0x01 and the commitment, which is SHA-256 over salt,
 * topic, key, headers in order, value (each with a big-endian length of four bytes before it, -1 for null), the day
 * (with its length), partition (4 bytes) and offset (8 bytes).
 */
export function leafOf(entry, day) {
  const parts = [];
  const place = Buffer.alloc(12);
  place.writeInt32BE(entry.partition, 0);
  place.writeBigInt64BE(BigInt(entry.offset), 4);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(entry.headers.length);
  parts.push(entry.salt);
  prefix(parts, Buffer.from(entry.topic));
  prefix(parts, entry.key);
  parts.push(count);
  for (const [name, value] of entry.headers) {
    prefix(parts, Buffer.from(name));
    prefix(parts, value);
  }
  prefix(parts, entry.value);
  prefix(parts, Buffer.from(day));
  parts.push(place);
  return sha256(leafPrefix, leafVersion, sha256(Buffer.concat(parts)));
}

function prefix(parts, bytes) {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes === null ? -1 : bytes.length);
  parts.push(length);
  if (bytes !== null) parts.push(bytes);
}

/** A tree that grows leaf by leaf and keeps only the roots of its complete subtrees. */
export class GrowingTree {
  size = 0;
  #subtrees = [];

  /** Appends a leaf; calls `onNode(height, index, hash)` for it and for every subtree that it completes. */
  append(leaf, onNode) {
    let node = { height: 0, hash: leaf };
    let index = this.size;
    onNode(0, index, leaf);
    while (this.#subtrees.at(-1)?.height === node.height) {
      const left = this.#subtrees.pop();
      node = { height: node.height + 1, hash: sha256(nodePrefix, left.hash, node.hash) };
      index = (index - 1) / 2;
      onNode(node.height, index, node.hash);
    }
    this.#subtrees.push(node);
    this.size += 1;
  }

  /** The root of all leaves so far. */
  root() {
    if (this.#subtrees.length === 0) return sha256();
    return this.#subtrees.map(({ hash }) => hash).reduceRight((right, left) => sha256(nodePrefix, left, right));
  }
}
