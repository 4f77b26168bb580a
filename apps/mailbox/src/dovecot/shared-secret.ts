import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** What mailbox and its Dovecot prove themselves to each other with. */
export type SharedSecret = 'gate.token' | 'doveadm.key';

/**
 * The secret of that name in the store's folder, made (256 random bits, mode 0600) by whichever of mailbox and Dovecot's
 * configuration comes first. Never half-written: it is linked into place whole, and the first one wins.
 */
export function sharedSecret(folder: string, name: SharedSecret): string {
  const path = join(folder, name);
  return read(path) ?? makeSecret(folder, path);
}

function makeSecret(folder: string, path: string): string {
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = openSync(draft, 'wx', 0o600);
  writeSync(file, `${randomBytes(32).toString('hex')}\n`);
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  chmodSync(path, 0o600);
  const secret = read(path);
  if (secret === undefined) throw new Error(`${path} was taken away while it was made`);
  return secret;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
