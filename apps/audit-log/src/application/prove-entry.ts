import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { push, rootOf, treeHash } from '../domain/merkle-tree.ts';
import type { Hash, Subtree } from '../domain/merkle-tree.ts';
import { inclusionRanges, nodesOf, rangeRoot } from '../domain/proofs.ts';
import type { NodePlace } from '../domain/proofs.ts';
import { splitHashes, hashesAt, tileHeight, tileWidth } from '../domain/tiles.ts';
import type { TreeEdge } from '../domain/tiles.ts';
import type { TraceEntry } from '../domain/trace-line.ts';
import { daysBelow, entriesOf } from '../persistence/entry.store.ts';
import { edgeAt, lastHead, tilesBetween } from '../persistence/tree.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { sha256 } from '../sealing/sha256.ts';

/** An entry, and what convinces anybody that the tree of the newest checkpoint has it. */
export interface ProvenEntry {
  readonly entry: TraceEntry;
  /** The signed note of that checkpoint. */
  readonly checkpoint: string;
  /** Inclusion proof of RFC 6962, nearest sibling first. */
  readonly proof: readonly Hash[];
}

const hash = treeHash(sha256);

/** Discloses one entry with its proof. Refusal: `entry/unknown`, also while no checkpoint covers it yet. */
export async function proveEntry(
  tx: Tx,
  { index }: { readonly index: number },
): Promise<ProvenEntry | Refusal<'entry/unknown'>> {
  const head = await lastHead(tx);
  const day = head && index < head.size ? (await daysBelow(tx, index + 1)).at(-1)?.day : undefined;
  const [entry] = day === undefined ? [] : await entriesOf(tx, { day, from: index, until: index + 1, limit: 1 });
  if (head === null || entry === undefined)
    return refuse(
      'entry/unknown',
      'TRACE-ENTRY',
      {
        it: 'La traccia firmata non ha una voce con questo numero.',
        en: 'The signed trace has no entry of this number.',
      },
      { index },
    );
  const ranges = inclusionRanges(index, head.size);
  const nodes = await nodesIn(tx, ranges.flatMap(nodesOf), await edgeAt(tx, head.size));
  const proof = ranges.map((range) =>
    rangeRoot(hash, range, ({ height, index: at }) => nodes.get(`${height}/${at}`) ?? hash.empty),
  );
  return { entry, checkpoint: head.note, proof };
}

/** The roots of complete subtrees, by `height/index`: each is made of the hashes of one tile, or of the edge. */
async function nodesIn(tx: Tx, places: readonly NodePlace[], edge: TreeEdge): Promise<Map<string, Hash>> {
  const nodes = new Map<string, Hash>();
  for (const { height, index } of places) {
    const level = Math.floor(height / tileHeight);
    const span = 2 ** (height % tileHeight);
    const tile = Math.floor((index * span) / tileWidth);
    const row = await rowOf(tx, level, tile, edge);
    const start = (index * span) % tileWidth;
    nodes.set(`${height}/${index}`, rootOfRow(row.slice(start, start + span)));
  }
  return nodes;
}

async function rowOf(tx: Tx, level: number, tile: number, edge: TreeEdge): Promise<readonly Hash[]> {
  if (tile === Math.floor(hashesAt(level, edge.size) / tileWidth)) return edge.levels[level] ?? [];
  const [full] = await tilesBetween(tx, { level, from: tile, until: tile + 1 });
  return splitHashes(full?.hashes ?? new Uint8Array());
}

function rootOfRow(row: readonly Hash[]): Hash {
  const range: Subtree[] = [];
  for (const member of row) push(hash, range, { height: 0, hash: member });
  return rootOf(hash, range);
}
