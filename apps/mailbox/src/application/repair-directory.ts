import { createHash } from 'node:crypto';
import type { DataOf, directoryRecord } from '@recapito/contracts';
import { currentEpoch, isNewer } from '@recapito/messaging';
import type { Database } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { directoryLines } from '../persistence/directory.store.ts';
import type { DirectoryLine } from '../persistence/directory.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { restateDirectory } from './holder-facts.ts';

/** The last record of a holder that stands in the topic; of its content only what `contentOf` makes of it. */
export interface StandingRecord {
  readonly epoch: number;
  readonly sequence: number;
  readonly content: string;
}

/** Holders read at a time. */
const batch = 500;

/**
 * Compares the directory as it stands in its topic with the tables, and states again what differs: a topic that was
 * wiped or lost records is whole again after a start. // DIRECTORY-REPAIRED
 * @returns how many holders were stated again.
 */
export async function repairDirectory(
  database: Database<PrismaClient>,
  standing: ReadonlyMap<string, StandingRecord>,
  at: Instant,
): Promise<number> {
  let restated = 0;
  const epoch = await currentEpoch(database.client);
  for (let after: string | undefined; ;) {
    const lines = await directoryLines(database.client, after, batch);
    for (const line of lines) {
      if (line.recent || agrees({ ...line, epoch }, standing.get(line.holder))) continue;
      await database.transaction((tx) => restateDirectory(tx, line.holder, at));
      restated += 1;
    }
    if (lines.length < batch) return restated;
    after = lines.at(-1)?.holder;
  }
}

/** What is compared, in 22 characters: every box with its state, whatever the order of boxes and members. */
export function contentOf(boxes: DirectoryLine['boxes'] | DataOf<typeof directoryRecord>['boxes']): string {
  const lines = boxes.map(({ box, address, service, state, partner }) =>
    JSON.stringify([box, address, service, state, partner]),
  );
  return createHash('sha256').update(lines.toSorted().join()).digest('base64url').slice(0, 22);
}

/**
 * Whether a record needs no repair: it says what the tables say, or it was stated after they were read. A record of an
 * earlier epoch was not, however high its number is: it comes from before a restore. // EPOCH-NEWEST
 */
function agrees(line: DirectoryLine & { readonly epoch: number }, record: StandingRecord | undefined): boolean {
  if (record === undefined) return false;
  const standing = { epoch: record.epoch, number: record.sequence };
  if (isNewer(standing, { epoch: line.epoch, number: line.sequence })) return true;
  return record.sequence === line.sequence && record.content === contentOf(line.boxes);
}
