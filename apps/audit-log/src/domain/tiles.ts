import { push, rootOf } from './merkle-tree.ts';
import type { Hash, Subtree, TreeHash } from './merkle-tree.ts';

/** Levels of the tree in one tile, and hashes in a full one (C2SP tlog-tiles). */
export const tileHeight = 8;
export const tileWidth = 256;

/** Where a tile stands: its level counts tiles, not tree levels; `width` is 256 unless it is at the right edge. */
export interface TilePlace {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A full tile: 256 hashes of one level, side by side, and the root above them. Never changes, kept for ever. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Hash;
}

/**
 * The right edge of the tree: for each tile level, from the leaves up, the hashes (fewer than 256) that no full tile
 * holds yet. With the full tiles it is the whole tree, and alone it is enough to go on and to tell the root.
 */
export interface TreeEdge {
  readonly size: number;
  readonly levels: readonly (readonly Hash[])[];
}

export const emptyEdge: TreeEdge = { size: 0, levels: [] };

/** How many hashes of `level` a tree of `size` leaves has in tiles: the roots of its complete subtrees. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** Appends leaf hashes to the tree. Gives the new edge and the tiles that became full, lowest level first. */
export function grow(
  hash: TreeHash,
  edge: TreeEdge,
  leaves: readonly Hash[],
): { readonly edge: TreeEdge; readonly full: readonly FullTile[] } {
  const levels: Hash[][] = [];
  const full: FullTile[] = [];
  let arriving: readonly Hash[] = leaves;
  for (let level = 0; level < edge.levels.length || arriving.length > 0; level += 1) {
    const before = edge.levels[level] ?? [];
    const firstFree = (hashesAt(level, edge.size) - before.length) / tileWidth;
    const row = [...before, ...arriving];
    const roots: Hash[] = [];
    let start = 0;
    for (; start + tileWidth <= row.length; start += tileWidth) {
      const members = row.slice(start, start + tileWidth);
      const root = rootOfRow(hash, members);
      full.push({ level, index: firstFree + roots.length, hashes: joinHashes(members), root });
      roots.push(root);
    }
    levels.push(row.slice(start));
    arriving = roots;
  }
  return { edge: { size: edge.size + leaves.length, levels }, full };
}

/** The RFC 6962 root of the tree that ends in `edge`. */
export function rootOfEdge(hash: TreeHash, edge: TreeEdge): Hash {
  const range: Subtree[] = [];
  for (let level = edge.levels.length - 1; level >= 0; level -= 1)
    for (const member of edge.levels[level] ?? []) push(hash, range, { height: level * tileHeight, hash: member });
  return rootOf(hash, range);
}

/** Every tile of a tree of `size` leaves, level by level from the leaves, the partial ones of the edge included. */
export function* tilesOf(size: number): Generator<TilePlace> {
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const hashes = hashesAt(level, size);
    for (let index = 0; index * tileWidth < hashes; index += 1)
      yield { level, index, width: Math.min(tileWidth, hashes - index * tileWidth) };
  }
}

/** The path of a tile in an export, as C2SP tlog-tiles writes it: `tile/0/x001/x234/067.p/8`. */
export function tilePath({ level, index, width }: TilePlace): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${groups.join('/')}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** Hashes side by side, as a tile keeps them. */
export function joinHashes(hashes: readonly Hash[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * 32);
  hashes.forEach((hash, position) => bytes.set(hash, position * 32));
  return bytes;
}

/** Takes apart what {@link joinHashes} put together. @throws RangeError when the bytes are not whole hashes. */
export function splitHashes(bytes: Uint8Array): Hash[] {
  if (bytes.length % 32 !== 0) throw new RangeError(`${bytes.length} bytes are not a row of 32-byte hashes`);
  return Array.from({ length: bytes.length / 32 }, (_, position) => bytes.slice(position * 32, position * 32 + 32));
}

function rootOfRow(hash: TreeHash, row: readonly Hash[]): Hash {
  const range: Subtree[] = [];
  for (const member of row) push(hash, range, { height: 0, hash: member });
  return rootOf(hash, range);
}
