import { readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the folder of a run that has ended, and the cluster that it keeps elsewhere when ours is a closed folder. */
export async function removeRun(folder: string): Promise<void> {
  const elsewhere = await readlink(join(folder, 'postgres')).catch(() => undefined);
  if (elsewhere !== undefined) await rm(elsewhere, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
