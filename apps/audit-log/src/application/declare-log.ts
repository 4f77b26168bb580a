import { logDeclared } from '@recapito/contracts';
import { append, currentEpoch } from '@recapito/messaging';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { TreeHead } from '../domain/checkpoint.ts';
import { declarationAbove, newestOf, originOf } from '../domain/published-log.ts';
import type { PublishedCheckpoint } from '../domain/published-log.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { addLog, currentLog } from '../persistence/log.store.ts';
import { lastHead, lockTree } from '../persistence/tree.store.ts';
import type { CheckpointKey } from '../sealing/checkpoint-key.ts';
import { appendRecords } from './append-records.ts';
import { findLogBreak } from './compare-published.ts';
import { ownRecord } from './own-record.ts';

/** An operator's decision that the log ends where it was published, and a new one begins. */
export interface LogToDeclare {
  readonly key: CheckpointKey;
  /** The newest published checkpoints, as they were known before the transaction began. */
  readonly published: readonly PublishedCheckpoint[];
  /** The operator's name. */
  readonly by: string;
  readonly reason: string;
  /** By the suite clock. */
  readonly at: Instant;
  /** System time in milliseconds. */
  readonly now: number;
}

/** The log that begins, and the published head at which the one before ended. */
export interface DeclaredLog {
  readonly origin: string;
  readonly ended: { readonly origin: string; readonly size: number; readonly root: string; readonly note: string };
}

/**
 * Declares a new log over the tree that is kept. An entry of the trace and a fact on the topic of checkpoints name the
 * newest published head of the log that ends, and each checkpoint of the new log names it in the text that is signed. So
 * whoever kept checkpoints of the old log sees where it ended and why. Refusal: `log/not-broken`, also when it was
 * declared before: asking again changes nothing.
 * @rule TRACE-NEW-LOG
 */
export async function declareLog(
  tx: BulkTransaction,
  { key, published, by, reason, at, now }: LogToDeclare,
): Promise<DeclaredLog | Refusal<'log/not-broken'>> {
  await lockTree(tx);
  const log = await currentLog(tx, key.origin);
  const found = await findLogBreak(tx, log, published);
  const newest = newestOf(published);
  if (found === null || newest === null) return notBroken();
  const declared = declarationAbove([log.declared, newest.declared, await currentEpoch(tx)], now);
  const kept = await lastHead(tx);
  const origin = originOf(key.origin, declared);
  const { origin: of, size, root, follows: before = [] } = newest.head;
  const follows: TreeHead[] = [{ origin: of, size, root }, ...before];
  await addLog(tx, { origin, declared, firstSequence: (kept?.sequence ?? 0) + 1, follows }, { by, reason, at });
  const ended = { ...inText({ origin: of, size, root }), note: newest.note };
  const keptHead = kept && key.readCheckpoint(kept.note)?.head;
  const data = {
    origin,
    ended,
    kept: keptHead ? inText(keptHead) : null,
    cause: found.broken,
    declaredBy: by,
    reason,
  };
  const record = ownRecord(logDeclared, { topic: logDeclared.topic, partition: 0, at, data });
  await appendRecords(tx, { at, records: [{ generation: 1, eventAt: at, record }] });
  await append(tx, logDeclared, { key: origin, sequence: 1, time: at, data });
  return { origin, ended };
}

function inText({ origin, size, root }: TreeHead): { origin: string; size: number; root: string } {
  return { origin, size, root: Buffer.from(root).toString('base64') };
}

function notBroken(): Refusal<'log/not-broken'> {
  return refuse('log/not-broken', 'TRACE-NEW-LOG', {
    it: 'Il registro prosegue ciò che è stato pubblicato: non c’è motivo di dichiararne uno nuovo.',
    en: 'The log continues what was published: there is no reason to declare a new one.',
  });
}
