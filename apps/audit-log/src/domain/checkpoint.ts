import type { Hash } from './merkle-tree.ts';

/** A tree head: that many entries, and the root that stands for them and their order. */
export interface TreeHead {
  /** The name of the log (`recapito.example/trace`). */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** What a checkpoint is signed over. */
export interface CheckpointHead extends TreeHead {
  /** The heads at which earlier logs ended, newest first, in a declared log; left out in a log that follows none. */
  readonly follows?: readonly TreeHead[];
}

/**
 * The text that is signed (C2SP tlog-checkpoint): origin, size and root in base64, a line each. A declared log has an
 * extension line for each log before it: `follows ORIGIN SIZE ROOT`.
 * @rule TRACE-NEW-LOG
 */
export function checkpointText({ follows = [], ...head }: CheckpointHead): string {
  const before = follows.map((each) => `follows ${lineParts(each).join(' ')}\n`);
  return `${lineParts(head).join('\n')}\n${before.join('')}`;
}

function lineParts({ origin, size, root }: TreeHead): [string, string, string] {
  return [origin, String(size), Buffer.from(root).toString('base64')];
}

/** Reads {@link checkpointText}; `null` unless the text is exactly what that function would have written. */
export function parseCheckpoint(text: string): CheckpointHead | null {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n').slice(0, -1);
  const follows = extensions.map((line) => {
    const [word, ...parts] = line.split(' ');
    return word === 'follows' && parts.length === 3 ? headOf(parts) : null;
  });
  const head = headOf([origin, size, root]);
  if (head === null || !follows.every((each) => each !== null)) return null;
  const checkpoint = follows.length === 0 ? head : { ...head, follows };
  return checkpointText(checkpoint) === text ? checkpoint : null;
}

function headOf([origin = '', size = '', root = '']: readonly string[]): TreeHead | null {
  const head = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  return origin !== '' && Number.isSafeInteger(head.size) && head.size >= 0 && head.root.length === 32 ? head : null;
}
