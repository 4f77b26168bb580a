import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sha256 } from '../sealing/sha256.ts';
import { push, rootOf, treeHash } from './merkle-tree.ts';
import type { Hash, Subtree } from './merkle-tree.ts';
import { classicLeaves, classicRoots, naiveRoot } from './testing/naive-tree.ts';

const hash = treeHash(sha256);

function incrementalRoot(leaves: readonly Hash[]): Hash {
  const range: Subtree[] = [];
  for (const leaf of leaves) push(hash, range, { height: 0, hash: leaf });
  return rootOf(hash, range);
}

describe('the Merkle tree of RFC 6962', () => {
  test('the root of an empty tree is the SHA-256 of nothing', () => {
    const root = Buffer.from(incrementalRoot([])).toString('hex');
    expect(root).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('the classic eight leaves give the published root at every size', () => {
    const leaves = classicLeaves.map((leaf) => hash.leaf(Buffer.from(leaf, 'hex')));
    const roots = leaves.map((_, last) => Buffer.from(incrementalRoot(leaves.slice(0, last + 1))).toString('hex'));
    expect(roots).toEqual(classicRoots);
  });

  test('appending one leaf at a time gives the root of the recursive definition, for any leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 70 }), (contents) => {
        const leaves = contents.map((content) => hash.leaf(content));
        expect(incrementalRoot(leaves)).toEqual(naiveRoot(leaves));
      }),
    );
  });

  test('a leaf that holds two hashes side by side is not the node above them', () => {
    const [one, other] = [hash.leaf(Buffer.from('uno')), hash.leaf(Buffer.from('due'))];
    expect(hash.leaf(Buffer.concat([one, other]))).not.toEqual(hash.node(one, other));
  });
});
