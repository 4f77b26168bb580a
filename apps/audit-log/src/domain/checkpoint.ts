import type { Hash } from './merkle-tree.ts';

/** A tree head: that many entries, and the root that stands for them and their order. */
export interface TreeHead {
  /** The name of the log, which its key carries too (`recapito.example/trace`). */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** The text that is signed (C2SP tlog-checkpoint): origin, size and root in base64, a line each. */
export function checkpointText({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads {@link checkpointText}; `null` unless the text is exactly what that function would have written. */
export function parseCheckpoint(text: string): TreeHead | null {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const head = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  const exact = origin !== '' && Number.isSafeInteger(head.size) && head.size >= 0 && head.root.length === 32;
  return exact && checkpointText(head) === text ? head : null;
}
