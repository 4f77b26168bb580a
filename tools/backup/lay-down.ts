import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, chown, lchown, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRoot } from '@recapito/servers';
import { filesOf } from './bundle.ts';
import { Accounts } from './entries.ts';
import type { Entry, FileEntry } from './entries.ts';
import { Refused } from '../command-line/index.ts';

/** Where the entries below a path of a bundle go. */
export interface Place {
  readonly as: string;
  readonly to: string;
}

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
const newContent = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;

/**
 * Lays down the entries of a bundle that belong to a place, with their owners (root only), modes and times. Each file is
 * compared once more as it is copied.
 * @rule RESTORE-CONFINED
 */
export async function layDown(
  bundle: string,
  entries: readonly Entry[],
  { as, to }: Place,
  copied: (bytes: number) => void,
): Promise<void> {
  const accounts = new Accounts();
  const own = entries.filter(({ path }) => path === as || path.startsWith(`${as}/`));
  const pathOf = (entry: Entry) => join(to, entry.path.slice(as.length));
  for (const entry of own) {
    const path = pathOf(entry);
    if (entry.kind === 'folder') await mkdir(path, { recursive: true, mode: 0o700 });
    else if (entry.kind === 'link') await link(path, entry, accounts);
    else {
      await layDownFile(join(filesOf(bundle), entry.path), path, entry);
      await give(path, entry, accounts);
      copied(entry.size);
    }
  }
  // Last and from the innermost: what is written into a folder needs rights there and changes its time.
  for (const entry of own.toReversed()) if (entry.kind === 'folder') await give(pathOf(entry), entry, accounts);
}

async function link(path: string, entry: Extract<Entry, { kind: 'link' }>, accounts: Accounts): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await symlink(entry.target, path);
  if (isRoot()) {
    const { uid, gid } = numbersOf(entry, accounts);
    await lchown(path, uid, gid);
  }
}

/** @throws an error with code ELOOP where a link lies in its place: what is copied goes nowhere else. */
async function layDownFile(from: string, to: string, entry: FileEntry): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const target = await open(to, newContent, 0o600);
  try {
    const hash = createHash('sha256');
    for await (const part of createReadStream(from, { highWaterMark: 1 << 20 })) {
      hash.update(part as Buffer);
      await target.writeFile(part as Buffer);
    }
    if (hash.digest('hex') !== entry.sha256) throw new Refused(`${from} was changed while it was restored`);
    await target.utimes(entry.changedAt / 1000, entry.changedAt / 1000);
  } finally {
    await target.close();
  }
}

async function give(path: string, entry: Exclude<Entry, { kind: 'link' }>, accounts: Accounts): Promise<void> {
  if (isRoot()) {
    const { uid, gid } = numbersOf(entry, accounts);
    await chown(path, uid, gid);
  }
  await chmod(path, entry.mode);
  if (entry.kind === 'file') await utimes(path, entry.changedAt / 1000, entry.changedAt / 1000);
}

function numbersOf(entry: Entry, accounts: Accounts): { uid: number; gid: number } {
  const numbers = accounts.numbers(entry);
  if (numbers !== undefined) return numbers;
  throw new Refused(`this machine has no account ${entry.owner}:${entry.group}: install what makes it, and try again`);
}
