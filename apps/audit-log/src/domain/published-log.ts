import type { CheckpointHead, TreeHead } from './checkpoint.ts';
import { sameHash } from './merkle-tree.ts';
import type { Hash } from './merkle-tree.ts';

/**
 * When a log was declared, from its origin: system time in milliseconds; 0 for the first log, whose origin is the name
 * itself; null when the origin is not one of this name.
 */
export function declaredAt(name: string, origin: string): number | null {
  if (origin === name) return 0;
  const [, digits] = /^\/([1-9]\d{0,14})$/.exec(origin.startsWith(name) ? origin.slice(name.length) : '') ?? [];
  return digits === undefined ? null : Number(digits);
}

/**
 * The instant under which a new log is declared: that of the system clock, and above every log known. Two databases that
 * were put back to the same backup never declare the same log, as they would if logs were counted.
 */
export function declarationAbove(known: readonly number[], now: number): number {
  return Math.max(now, ...known.map((declared) => declared + 1));
}

/** The origin of the log that was declared at an instant. */
export function originOf(name: string, declared: number): string {
  return declared === 0 ? name : `${name}/${declared}`;
}

/** A checkpoint that was published, with its signed note. */
export interface PublishedCheckpoint {
  readonly head: CheckpointHead;
  /** {@link declaredAt} of its origin. */
  readonly declared: number;
  readonly note: string;
}

/** The newest of checkpoints: of the newest log, the largest; null when there is none. */
export function newestOf(published: readonly PublishedCheckpoint[]): PublishedCheckpoint | null {
  return newestFirst(published)[0] ?? null;
}

/** Checkpoints in the order of their logs and sizes, the newest first. */
export function newestFirst(published: readonly PublishedCheckpoint[]): PublishedCheckpoint[] {
  return published.toSorted((one, other) => other.declared - one.declared || other.head.size - one.head.size);
}

/** Why a tree cannot be signed as the continuation of what was published. */
export type LogBreakCause = 'tree-smaller' | 'other-root' | 'newer-log' | 'new-epoch';

/** The tree that is kept, and the log in whose name it would be signed. */
export interface OwnLog {
  readonly declared: number;
  /** Entries that are sequenced, whether a checkpoint covers them or not. */
  readonly entries: number;
  /** The epoch of the database, system time in milliseconds; 0 while it was never put back. */
  readonly epoch: number;
}

/**
 * Whether a tree continues what was published; null when it does.
 * @param rootAt the root that the own tree had at the published size; null when it is smaller
 */
export function logBreakOf(
  own: OwnLog,
  { declared, head }: { readonly declared: number; readonly head: TreeHead },
  rootAt: Hash | null,
): LogBreakCause | null {
  if (declared > own.declared) return 'newer-log'; // @rule TRACE-PUBLISHED
  if (declared < own.declared) return null;
  if (rootAt === null || own.entries < head.size) return 'tree-smaller';
  if (!sameHash(rootAt, head.root)) return 'other-root';
  // What the earlier life of the database has signed since the backup may be known to witnesses alone.
  return own.epoch > own.declared ? 'new-epoch' : null; // @rule TRACE-NEW-EPOCH
}
