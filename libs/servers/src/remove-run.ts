import { existsSync } from 'node:fs';
import { readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openGround } from './open-ground.ts';

/** Removes what an earlier run has left in a folder; its `run.json`, which says who has the folder now, stays. */
export async function emptyRun(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === 'run.json') continue;
    const path = join(folder, entry.name);
    // A part whose account may not enter our folder lies elsewhere, and only a link to it is here.
    const elsewhere = entry.isSymbolicLink() ? await readlink(path) : '';
    if (elsewhere.startsWith(`${openGround}/recapito-`)) await rm(elsewhere, { recursive: true, force: true });
    await rm(path, { recursive: true, force: true });
  }
}

/** Removes the folder of a run that has ended, with all that it has written; nothing to do when it is not there. */
export async function removeRun(folder: string): Promise<void> {
  if (existsSync(folder)) await emptyRun(folder);
  await rm(folder, { recursive: true, force: true });
}
