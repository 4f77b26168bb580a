// What a restore leaves in the folder of a run for whoever starts the suite there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Stands in a folder while a restore is under way, and when it was interrupted. */
export const unfinishedFile = 'restore.unfinished';
/** Says of which backup a run was made. */
export const restoredFile = 'restored.json';

const restoredSchema = z.object({
  /** The id of the backup. */
  backup: z.uuid(),
  /** The services take an epoch above this one. */
  epoch: z.int(),
});

export type Restored = z.output<typeof restoredSchema>;

/** What a run was made from, null of one that was not restored. @throws Error when that restore has not ended */
export function restoredFrom(run: string): Restored | null {
  if (existsSync(join(run, unfinishedFile)))
    throw new Error(`the restore into ${run} was interrupted: repeat it before the suite is started there`);
  const file = join(run, restoredFile);
  if (!existsSync(file)) return null;
  return restoredSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
