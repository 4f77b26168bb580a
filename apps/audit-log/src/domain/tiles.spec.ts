import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sha256 } from '../sealing/sha256.ts';
import { treeHash } from './merkle-tree.ts';
import type { Hash } from './merkle-tree.ts';
import { naiveRoot } from './testing/naive-tree.ts';
import { splitHashes, emptyEdge, grow, joinHashes, rootOfEdge, tilePath, tilesOf } from './tiles.ts';
import type { FullTile, TreeEdge } from './tiles.ts';

const hash = treeHash(sha256);

function leaves(count: number, from = 0): Hash[] {
  return Array.from({ length: count }, (_, index) => hash.leaf(Buffer.from(String(from + index))));
}

function grown(counts: readonly number[]): { edge: TreeEdge; full: FullTile[] } {
  let edge = emptyEdge;
  const full: FullTile[] = [];
  for (const count of counts) {
    const step = grow(hash, edge, leaves(count, edge.size));
    edge = step.edge;
    full.push(...step.full);
  }
  return { edge, full };
}

describe('the tree in tiles', () => {
  test('has the root of the recursive definition however the leaves arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 5 }), (counts) => {
        const { edge } = grown(counts);
        expect(rootOfEdge(hash, edge)).toEqual(naiveRoot(leaves(edge.size)));
      }),
      { numRuns: 30 },
    );
  });

  test('the same tiles come out however the leaves arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 5 }), (counts) => {
        const inPieces = grown(counts);
        const atOnce = grown([inPieces.edge.size]);
        const byPlace = (tiles: FullTile[]): FullTile[] =>
          tiles.sort((one, other) => one.level - other.level || one.index - other.index);
        expect(byPlace(inPieces.full)).toEqual(byPlace(atOnce.full));
        expect(rootOfEdge(hash, inPieces.edge)).toEqual(rootOfEdge(hash, atOnce.edge));
      }),
      { numRuns: 30 },
    );
  });

  test('256 leaves fill one tile, whose root is the first hash of the level above', () => {
    const { edge, full } = grown([256]);
    expect(full).toEqual([{ level: 0, index: 0, hashes: joinHashes(leaves(256)), root: naiveRoot(leaves(256)) }]);
    expect(edge).toEqual({ size: 256, levels: [[], [naiveRoot(leaves(256))]] });
  });

  test('65,536 leaves fill the first tile of the second level', () => {
    const { edge, full } = grown([65_536 - 256, 256]);
    expect(full.length).toBe(257);
    expect(full.at(-1)).toMatchObject({ level: 1, index: 0 });
    expect(edge.levels.map((level) => level.length)).toEqual([0, 0, 1]);
  });

  test('a tree of 70,000 leaves has these tiles at its right edge', () => {
    const places = [...tilesOf(70_000)];
    expect(places.length).toBe(273 + 1 + 1 + 1 + 1);
    expect(places.slice(-4)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 0, width: 256 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });

  test('an empty tree has no tile', () => {
    expect([...tilesOf(0)]).toEqual([]);
  });

  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 1, index: 7, width: 5 }, 'tile/1/007.p/5'],
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 1_234_067, width: 8 }, 'tile/0/x001/x234/067.p/8'],
    [{ level: 2, index: 1_000, width: 256 }, 'tile/2/x001/000'],
  ])('the tile %j is kept at %s', (place, path) => {
    expect(tilePath(place)).toBe(path);
  });

  test('half a hash is not a row of hashes', () => {
    expect(() => splitHashes(new Uint8Array(33))).toThrow(RangeError);
    expect(splitHashes(joinHashes(leaves(3)))).toEqual(leaves(3));
  });
});
