import { push, rootOf, sameHash } from './merkle-tree.ts';
import type { Hash, Subtree, TreeHash } from './merkle-tree.ts';

/** The leaves `[from, until)`. */
export interface LeafRange {
  readonly from: number;
  readonly until: number;
}

/** A complete subtree: the `index`-th, from the left, of those with 2^height leaves. */
export interface NodePlace {
  readonly height: number;
  readonly index: number;
}

/**
 * The ranges whose roots prove that leaf `index` is in a tree of `size` leaves, nearest first (RFC 6962, 2.1.1).
 * @throws RangeError when the tree has no such leaf.
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const path: LeafRange[] = [];
  for (let [from, until] = [0, size]; until - from > 1;) {
    const middle = from + largestPowerBelow(until - from);
    if (index < middle) {
      path.unshift({ from: middle, until });
      until = middle;
    } else {
      path.unshift({ from, until: middle });
      from = middle;
    }
  }
  return path;
}

/**
 * The ranges whose roots prove that a tree of `size` leaves only appended to the one of `old` leaves
 * (RFC 6962, 2.1.2). Empty when the two are the same. @throws RangeError unless 0 < old <= size.
 */
export function consistencyRanges(old: number, size: number): LeafRange[] {
  if (!(old > 0 && old <= size)) throw new RangeError(`a tree of ${size} leaves has no earlier one of ${old}`);
  const path: LeafRange[] = [];
  let [from, until] = [0, size];
  while (old < until) {
    const middle = from + largestPowerBelow(until - from);
    if (old <= middle) {
      path.unshift({ from: middle, until });
      until = middle;
    } else {
      path.unshift({ from, until: middle });
      from = middle;
    }
  }
  if (from > 0) path.unshift({ from, until });
  return path;
}

/** The complete subtrees, from left to right, that a range of the two functions above is made of. */
export function nodesOf({ from, until }: LeafRange): NodePlace[] {
  const nodes: NodePlace[] = [];
  for (let start = from; start < until;) {
    let height = 0;
    while (start % 2 ** (height + 1) === 0 && start + 2 ** (height + 1) <= until) height += 1;
    nodes.push({ height, index: start / 2 ** height });
    start += 2 ** height;
  }
  return nodes;
}

/** The root of a range, from the hashes of its complete subtrees. */
export function rangeRoot(hash: TreeHash, range: LeafRange, nodeAt: (place: NodePlace) => Hash): Hash {
  const subtrees: Subtree[] = [];
  for (const place of nodesOf(range)) push(hash, subtrees, { height: place.height, hash: nodeAt(place) });
  return rootOf(hash, subtrees);
}

/** Checks an inclusion proof: does `leaf` stand at `index` of the tree of `size` leaves with this root? */
export function provesInclusion(
  hash: TreeHash,
  claim: { readonly leaf: Hash; readonly index: number; readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (!(claim.index >= 0 && claim.index < claim.size)) return false;
  const path = inclusionRanges(claim.index, claim.size);
  if (path.length !== proof.length) return false;
  const root = path.reduce<Hash>((known, range, step) => {
    const given = proof[step] ?? hash.empty;
    return range.from > claim.index ? hash.node(known, given) : hash.node(given, known);
  }, claim.leaf);
  return sameHash(root, claim.root);
}

/** Checks a consistency proof: does the tree of `size` leaves begin with the one of `old` leaves? */
export function provesConsistency(
  hash: TreeHash,
  claim: { readonly old: number; readonly oldRoot: Hash; readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  const { old, oldRoot, size, root } = claim;
  if (!(old > 0 && old <= size)) return false;
  const path = consistencyRanges(old, size);
  if (path.length !== proof.length) return false;
  // The old tree's last subtree stands in the proof, unless the old tree is one complete subtree: then it is the root.
  const startsInProof = path[0]?.until === old;
  let before = startsInProof ? (proof[0] ?? hash.empty) : oldRoot;
  let now = before;
  for (let step = startsInProof ? 1 : 0; step < path.length; step += 1) {
    const range = path[step];
    const given = proof[step];
    if (range === undefined || given === undefined) return false;
    if (range.until <= old) {
      before = hash.node(given, before);
      now = hash.node(given, now);
    } else now = hash.node(now, given);
  }
  return sameHash(before, oldRoot) && sameHash(now, root);
}

/** The largest power of two smaller than `count` (count > 1). */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
