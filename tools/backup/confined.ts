// A backup may have lain with others. What it names stays below the folders that a restore fills.
import { posix } from 'node:path';
import type { Entry } from './entries.ts';

/** Bits by which a file acts as its owner or group. */
const actsAsOwner = 0o6000;

/**
 * What entries would do beyond their folder, each as words with the path: a path that leads elsewhere or comes twice, what
 * lies below something that is no folder, a link that leads out of its part (the first name of its path), a file that runs
 * as its owner.
 * @rule RESTORE-CONFINED
 */
export function straysIn(entries: readonly Entry[]): string[] {
  const kinds = new Map<string, Entry['kind']>();
  const strays: string[] = [];
  for (const entry of entries) {
    const fault = kinds.has(entry.path) ? 'named twice' : strayOf(entry);
    if (fault !== undefined) strays.push(`${fault}: files/${entry.path}`);
    kinds.set(entry.path, entry.kind);
  }
  for (const { path } of entries)
    if (foldersAbove(path).some((above) => (kinds.get(above) ?? 'folder') !== 'folder'))
      strays.push(`lies below what is no folder: files/${path}`);
  return strays;
}

function strayOf(entry: Entry): string | undefined {
  if (!entry.path.split('/').every(isName)) return 'leads out of its folder';
  if (entry.kind === 'link' && !staysInside(entry)) return 'a link that leads out of its part';
  if (entry.kind === 'file' && (entry.mode & actsAsOwner) !== 0) return 'would run as its owner';
  return undefined;
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0');
}

/**
 * Steps upwards come first and are fewer than the folders above the link. As nothing lies below a link, these are real
 * folders; another link on the way ends inside, too.
 */
function staysInside({ path, target }: Extract<Entry, { kind: 'link' }>): boolean {
  const names = target.split('/');
  const firstName = names.findIndex((name) => name !== '..');
  const steps = firstName === -1 ? names.length : firstName;
  return names.slice(steps).every(isName) && steps <= foldersAbove(path).length - 1;
}

/** The folders above a path, the nearest first. */
function foldersAbove(path: string): string[] {
  const above = posix.dirname(path);
  return above === '.' || above === path ? [] : [above, ...foldersAbove(above)];
}
