// What was done stays done until what it was done from changes: each step leaves the hash of its input behind.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');

/** Everything that is made here and not committed. */
export const workshop = join(root, '.recapito');

const folder = join(workshop, 'stamps');

/** The hash of these files' names and bytes, and of further words that the result depends on. */
export function hashOf(files, ...words) {
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  for (const word of words) hash.update(`\0${word}`);
  return hash.digest('hex');
}

/** Whether the step was last done from this very input. */
export function isDone(step, hash) {
  const stamp = join(folder, step);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** Called when the step has succeeded. */
export function markDone(step, hash) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, step), hash);
}
