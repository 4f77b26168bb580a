import { existsSync } from 'node:fs';
import { readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes what an earlier run has left in a folder; its `run.json`, which says who has the folder now, stays. */
export async function emptyRun(folder: string): Promise<void> {
  // A cluster whose account may not enter our folder lies elsewhere, and only a link to it is here.
  const elsewhere = await readlink(join(folder, 'postgres')).catch(() => undefined);
  if (elsewhere !== undefined) await rm(elsewhere, { recursive: true, force: true });
  const names = await readdir(folder);
  for (const name of names.filter((name) => name !== 'run.json')) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Removes the folder of a run that has ended, with all that it has written; nothing to do when it is not there. */
export async function removeRun(folder: string): Promise<void> {
  if (existsSync(folder)) await emptyRun(folder);
  await rm(folder, { recursive: true, force: true });
}
