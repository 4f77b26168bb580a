/** SHA-256, handed in by the caller: the rules of the tree compute nothing else and touch nothing outside. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** A node of the tree: 32 bytes. */
export type Hash = Uint8Array;

/** The three hashes of RFC 6962, section 2.1: of nothing, of a leaf and of two subtrees. */
export interface TreeHash {
  readonly empty: Hash;
  leaf(leafData: Uint8Array): Hash;
  node(left: Hash, right: Hash): Hash;
}

const leafPrefix = 0x00;
const nodePrefix = 0x01;

/** Domain separation as RFC 6962 asks: a leaf can never be passed off as an inner node. */
export function treeHash(sha256: Sha256): TreeHash {
  return {
    empty: sha256(new Uint8Array(0)),
    leaf(leafData) {
      const bytes = new Uint8Array(1 + leafData.length);
      bytes[0] = leafPrefix;
      bytes.set(leafData, 1);
      return sha256(bytes);
    },
    node(left, right) {
      const bytes = new Uint8Array(65);
      bytes[0] = nodePrefix;
      bytes.set(left, 1);
      bytes.set(right, 33);
      return sha256(bytes);
    },
  };
}

/** The root of a complete subtree of 2^height leaves. */
export interface Subtree {
  readonly height: number;
  readonly hash: Hash;
}

/**
 * Appends a complete subtree on the right of a compact range: the roots of complete subtrees, heights strictly
 * falling from left to right, that stand for everything before. Equal neighbours merge. Changes `range`.
 */
export function push(hash: TreeHash, range: Subtree[], next: Subtree): void {
  let merged = next;
  for (let last = range.at(-1); last?.height === merged.height; last = range.at(-1)) {
    range.pop();
    merged = { height: merged.height + 1, hash: hash.node(last.hash, merged.hash) };
  }
  range.push(merged);
}

/** The Merkle tree hash of what a compact range stands for. */
export function rootOf(hash: TreeHash, range: readonly Subtree[]): Hash {
  return (
    range.reduceRight<Hash | undefined>(
      (right, { hash: left }) => (right === undefined ? left : hash.node(left, right)),
      undefined,
    ) ?? hash.empty
  );
}

/** Whether two hashes are the same bytes. */
export function sameHash(one: Hash, other: Hash): boolean {
  return one.length === other.length && one.every((byte, position) => byte === other[position]);
}
