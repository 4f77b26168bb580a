// Root gives some servers an account of their own, which must be able to enter what it works in. A checkout under /root
// lets nobody else in: then such a part of a run lies where everybody may go, and a link to it lies in the run's folder.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';

const run = promisify(execFile);

/** Where everybody may go, and what lies there is on disk. */
export const openGround = '/var/tmp';

/** Where the part `name` of a run goes: into its folder, or on open ground when the account may not enter that. */
export async function placeFor(folder: string, name: string, runner: Account | undefined): Promise<string> {
  if (!runner || (await mayEnter(runner, folder))) return join(folder, name);
  return join(openGround, `recapito-${name}-${fingerprint(folder)}`);
}

/** An empty folder at the place of a part of a run. One that lies elsewhere goes when the run's folder goes. */
export async function makePlace(folder: string, name: string, place: string, mode: number): Promise<void> {
  const here = join(folder, name);
  await rm(here, { recursive: true, force: true });
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { mode });
  if (place !== here) await symlink(place, here);
}

/** Whether an account may enter a folder, every one above it included. */
export async function mayEnter(runner: Account, path: string): Promise<boolean> {
  const asRunner = ['--reuid', String(runner.uid), '--regid', String(runner.gid), '--clear-groups'];
  return run('setpriv', [...asRunner, 'test', '-x', path], { cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** Tells one folder's places from another's. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
