import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sha256 } from '../sealing/sha256.ts';
import { treeHash } from './merkle-tree.ts';
import type { Hash } from './merkle-tree.ts';
import { consistencyRanges, inclusionRanges, provesConsistency, provesInclusion, rangeRoot } from './proofs.ts';
import type { LeafRange } from './proofs.ts';
import { classicLeaves, classicRoots, naiveConsistency, naiveInclusion, naiveRoot } from './testing/naive-tree.ts';

const hash = treeHash(sha256);
const classic = classicLeaves.map((leaf) => hash.leaf(Buffer.from(leaf, 'hex')));

function proofFrom(leaves: readonly Hash[], ranges: readonly LeafRange[]): Hash[] {
  return ranges.map((range) =>
    rangeRoot(hash, range, ({ height, index }) =>
      naiveRoot(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)),
    ),
  );
}

const hex = (hashes: readonly Hash[]): string[] => hashes.map((member) => Buffer.from(member).toString('hex'));
const bytes = (text: string): Hash => Buffer.from(text, 'hex');
const leavesOf = (size: number): Hash[] => Array.from({ length: size }, (_, index) => hash.leaf(Buffer.of(index)));
const sizes = fc.integer({ min: 1, max: 70 });

describe('inclusion proofs', () => {
  test('leaf 5 of the classic eight has the published path', () => {
    expect(hex(proofFrom(classic, inclusionRanges(5, 8)))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  test('leaf 2 of the first three has the published path', () => {
    expect(hex(proofFrom(classic.slice(0, 3), inclusionRanges(2, 3)))).toEqual([
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ]);
  });

  test('a path is the one of the recursive definition, and convinces, for any leaf of any tree', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, seed) => {
        const [leaves, index] = [leavesOf(size), seed % size];
        const proof = proofFrom(leaves, inclusionRanges(index, size));
        expect(proof).toEqual(naiveInclusion(index, leaves));
        const claim = { leaf: hash.leaf(Buffer.of(index)), index, size, root: naiveRoot(leaves) };
        expect(provesInclusion(hash, claim, proof)).toBe(true);
      }),
    );
  });

  test('a path convinces of no other leaf, place or root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), (size, seed) => {
        const [leaves, index] = [leavesOf(size), seed % size];
        const proof = proofFrom(leaves, inclusionRanges(index, size));
        const claim = { leaf: hash.leaf(Buffer.of(index)), index, size, root: naiveRoot(leaves) };
        expect(provesInclusion(hash, { ...claim, leaf: hash.leaf(Buffer.of(200)) }, proof)).toBe(false);
        expect(provesInclusion(hash, { ...claim, index: (index + 1) % size }, proof)).toBe(false);
        expect(provesInclusion(hash, { ...claim, root: hash.empty }, proof)).toBe(false);
        expect(provesInclusion(hash, claim, proof.slice(1))).toBe(false);
      }),
    );
  });

  test('a tree has no leaf beyond its size', () => {
    expect(() => inclusionRanges(8, 8)).toThrow(RangeError);
    const claim = { leaf: hash.empty, index: 8, size: 8, root: hash.empty };
    expect(provesInclusion(hash, claim, [])).toBe(false);
  });
});

describe('consistency proofs', () => {
  test('from six to eight of the classic leaves there is the published proof', () => {
    const proof = proofFrom(classic, consistencyRanges(6, 8));
    expect(hex(proof)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    const [oldRoot, root] = [bytes(classicRoots[5] ?? ''), bytes(classicRoots[7] ?? '')];
    expect(provesConsistency(hash, { old: 6, oldRoot, size: 8, root }, proof)).toBe(true);
  });

  test('from two to five of the classic leaves there is the published proof', () => {
    expect(hex(proofFrom(classic.slice(0, 5), consistencyRanges(2, 5)))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  test('a proof is the one of the recursive definition, and convinces, for any two sizes', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, seed) => {
        const [leaves, old] = [leavesOf(size), 1 + (seed % size)];
        const proof = proofFrom(leaves, consistencyRanges(old, size));
        expect(proof).toEqual(naiveConsistency(old, leaves));
        const claim = { old, oldRoot: naiveRoot(leaves.slice(0, old)), size, root: naiveRoot(leaves) };
        expect(provesConsistency(hash, claim, proof)).toBe(true);
      }),
    );
  });

  test('no proof leads from a tree in which an old leaf was another one', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, oldSeed, changedSeed) => {
        const leaves = leavesOf(size);
        const old = 1 + (oldSeed % size);
        const before = leaves.slice(0, old);
        before[changedSeed % old] = hash.leaf(Buffer.of(200));
        const proof = proofFrom(leaves, consistencyRanges(old, size));
        const claim = { old, oldRoot: naiveRoot(before), size, root: naiveRoot(leaves) };
        expect(provesConsistency(hash, claim, proof)).toBe(false);
      }),
    );
  });

  test('a tree was never larger than it is', () => {
    expect(() => consistencyRanges(9, 8)).toThrow(RangeError);
    expect(provesConsistency(hash, { old: 9, oldRoot: hash.empty, size: 8, root: hash.empty }, [])).toBe(false);
  });
});
