import { createHash } from 'node:crypto';
import type { Hash } from '../merkle-tree.ts';

/** The contents of the eight leaves on which implementations of RFC 6962 have always been tried, in hex. */
export const classicLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];

/** The published roots of the trees of the first one to eight of them. */
export const classicRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The recursive definition of RFC 6962, 2.1, word for word and on leaf hashes: slow, and plainly right. */
export function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return digest();
  if (leaves.length === 1) return leaves[0] ?? digest();
  const split = splitOf(leaves.length);
  return digest(Buffer.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** PATH(m, D[n]) of RFC 6962, 2.1.1. */
export function naiveInclusion(index: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  return index < split
    ? [...naiveInclusion(index, leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
    : [...naiveInclusion(index - split, leaves.slice(split)), naiveRoot(leaves.slice(0, split))];
}

/** PROOF(m, D[n]) of RFC 6962, 2.1.2. */
export function naiveConsistency(old: number, leaves: readonly Hash[], whole = true): Hash[] {
  if (old === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const split = splitOf(leaves.length);
  return old <= split
    ? [...naiveConsistency(old, leaves.slice(0, split), whole), naiveRoot(leaves.slice(split))]
    : [...naiveConsistency(old - split, leaves.slice(split), false), naiveRoot(leaves.slice(0, split))];
}

function splitOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}

function digest(...parts: readonly Uint8Array[]): Hash {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
