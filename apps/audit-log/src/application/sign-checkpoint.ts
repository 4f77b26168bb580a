import { checkpointSigned } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { checkpointText } from '../domain/checkpoint.ts';
import { sameHash, treeHash } from '../domain/merkle-tree.ts';
import type { PublishedCheckpoint } from '../domain/published-log.ts';
import { emptyEdge, grow, rootOfEdge } from '../domain/tiles.ts';
import { currentLog } from '../persistence/log.store.ts';
import { edgeAt, saveHead, saveTiles, lastHead, leavesFrom, lockTree } from '../persistence/tree.store.ts';
import type { SignedHead } from '../persistence/tree.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { CheckpointKey } from '../sealing/checkpoint-key.ts';
import { sha256 } from '../sealing/sha256.ts';
import { findLogBreak, publishLogBreak } from './compare-published.ts';
import type { BrokenLog } from './compare-published.ts';

const hash = treeHash(sha256);

/** Transactions of the ingest that one checkpoint covers: what lies ready of more waits for the next. */
const batchesAtOnce = 256;

/** With what a checkpoint is signed, and what it must continue. */
export interface CheckpointToSign {
  readonly key: CheckpointKey;
  /** By the suite clock. */
  readonly at: Instant;
  /** The newest published checkpoints, as they were known before the transaction began. */
  readonly published?: readonly PublishedCheckpoint[];
}

/**
 * Lets the tree grow by the entries that were sequenced since the last checkpoint, and signs its new head. All of it is
 * one transaction: a process that dies leaves the tree as it was, and the next one goes on from there.
 * @returns the new head; null when there is nothing new; the break when the tree does not continue what was published:
 * nothing is signed then, and a finding is published.
 * @throws Error when what is kept of the tree no longer gives the root that was signed last: somebody changed rows, and
 * nothing shall be signed on top of that.
 */
export async function signCheckpoint(
  tx: Tx,
  { key, at, published = [] }: CheckpointToSign,
): Promise<SignedHead | BrokenLog | null> {
  await lockTree(tx);
  const log = await currentLog(tx, key.origin);
  const found = await findLogBreak(tx, log, published);
  if (found !== null) {
    await publishLogBreak(tx, found, at);
    return found;
  }
  const last = await lastHead(tx);
  const leaves = await leavesFrom(tx, last?.size ?? 0, batchesAtOnce);
  if (leaves.length === 0) return null;
  const before = last === null ? emptyEdge : await edgeAt(tx, last.size);
  if (last !== null && !sameHash(rootOfEdge(hash, before), last.root))
    throw new Error(`the tree no longer has the root that was signed at size ${last.size}`); // @rule TRACE-NO-REWRITE
  const { edge, full } = grow(hash, before, leaves);
  const root = rootOfEdge(hash, edge);
  const { origin, follows } = log;
  const note = key.signNote(checkpointText({ origin, size: edge.size, root, follows }));
  const head = { size: edge.size, sequence: (last?.sequence ?? 0) + 1, root, note };
  await saveTiles(tx, full);
  await saveHead(tx, head, at);
  await append(tx, checkpointSigned, {
    key: origin,
    // The declaration is the first fact of a declared log.
    sequence: head.sequence - log.firstSequence + (log.declared === 0 ? 1 : 2),
    time: at,
    data: { origin, size: head.size, root: Buffer.from(root).toString('base64'), note },
  });
  return head;
}
