import { logBroken } from '@recapito/contracts';
import { append, currentEpoch } from '@recapito/messaging';
import type { SqlTransaction } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { treeHash } from '../domain/merkle-tree.ts';
import type { Hash } from '../domain/merkle-tree.ts';
import { logBreakOf, newestFirst } from '../domain/published-log.ts';
import type { LogBreakCause, PublishedCheckpoint } from '../domain/published-log.ts';
import { emptyEdge, grow, rootOfEdge } from '../domain/tiles.ts';
import { saveLogBreak, sequencedEntries } from '../persistence/log.store.ts';
import type { CurrentLog } from '../persistence/log.store.ts';
import { edgeAt, lastHead, leavesFrom, rootSignedAt } from '../persistence/tree.store.ts';
import { sha256 } from '../sealing/sha256.ts';

/** The tree does not continue a checkpoint that was published. */
export interface BrokenLog {
  readonly broken: LogBreakCause;
  /** The log that would have been signed. */
  readonly origin: string;
  readonly published: PublishedCheckpoint;
  /** Entries in the tree. */
  readonly entries: number;
}

const hash = treeHash(sha256);
const batchesAtOnce = 256;

/** The newest of some published checkpoints that the tree does not continue; null when it continues them all. */
export async function findLogBreak(
  tx: SqlTransaction,
  log: CurrentLog,
  published: readonly PublishedCheckpoint[],
): Promise<BrokenLog | null> {
  const epoch = await currentEpoch(tx);
  for (const each of newestFirst(published)) {
    if (each.declared < log.declared) continue;
    const entries = await sequencedEntries(tx);
    const comparable = each.declared === log.declared && entries >= each.head.size;
    const root = comparable ? await rootAt(tx, each.head.size) : null;
    const broken = logBreakOf({ declared: log.declared, entries, epoch }, each, root);
    if (broken !== null) return { broken, origin: log.origin, published: each, entries };
  }
  return null;
}

/** Publishes the finding that the tree does not continue a published checkpoint, once for each. */
export async function publishLogBreak(tx: SqlTransaction, found: BrokenLog, at: Instant): Promise<void> {
  const { broken: cause, origin, entries } = found;
  const { size, root, origin: of } = found.published.head;
  const published = { origin: of, size, root: Buffer.from(root).toString('base64') };
  const finding = derivedId('log-broken', origin, of, String(size), published.root);
  if (!(await saveLogBreak(tx, finding, cause, at))) return;
  const data = { finding, origin, cause, published, entries };
  await append(tx, logBroken, { key: finding, sequence: 1, time: at, data });
}

/** The root that the tree of the first `size` entries has; `size` must have been sequenced. */
async function rootAt(tx: SqlTransaction, size: number): Promise<Hash> {
  const signed = await rootSignedAt(tx, size);
  if (signed !== null) return signed;
  const last = await lastHead(tx);
  if (last !== null && size < last.size) return rootOfEdge(hash, await edgeAt(tx, size));
  let edge = last === null ? emptyEdge : await edgeAt(tx, last.size);
  while (edge.size < size) {
    const leaves = await leavesFrom(tx, edge.size, batchesAtOnce);
    if (leaves.length === 0) throw new Error(`the leaves from ${edge.size} on are missing`);
    ({ edge } = grow(hash, edge, leaves.slice(0, size - edge.size)));
  }
  return rootOfEdge(hash, edge);
}
