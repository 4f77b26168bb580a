import { createHash } from 'node:crypto';
import type { DataOf, directoryRecord } from '@recapito/contracts';
import { currentEpoch, isNewer } from '@recapito/messaging';
import type { Database } from '@recapito/database';
import type { Instant } from '@recapito/primitives';
import { directoryLines } from '../persistence/directory.store.ts';
import type { DirectoryLine } from '../persistence/directory.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { publishDirectoryAgain } from './change-boxes.ts';

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
 * wiped or lost records is whole again afterwards.
 * @param standing what stands in the topic, kept up to date by whoever reads it.
 * @param catchUp resolves when all that was published before the call is in `standing`.
 * @returns how many holders were stated again.
 * @rule DIRECTORY-REPAIRED
 */
export async function repairDirectory(
  database: Database<PrismaClient>,
  standing: ReadonlyMap<string, StandingRecord>,
  at: Instant,
  catchUp: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  let restated = 0;
  const epoch = await currentEpoch(database.client);
  const differs = (line: DirectoryLine) => !line.unpublished && !agrees(line, standing.get(line.holder), epoch);
  for (let after: string | undefined; ;) {
    const lines = await directoryLines(database.client, after, batch);
    if (lines.some(differs)) await catchUp();
    for (const line of lines.filter(differs)) {
      await database.transaction((tx) => publishDirectoryAgain(tx, line.holder, at));
      restated += 1;
    }
    if (lines.length < batch) return restated;
    after = lines.at(-1)?.holder;
  }
}

/** What is compared, in 22 characters: every box with its state, whatever the order of boxes and members, and any doubt. */
export function contentOf({
  boxes,
  undecided,
}: Pick<DirectoryLine | DataOf<typeof directoryRecord>, 'boxes' | 'undecided'>): string {
  const lines = boxes.map(({ box, address, service, state, partner }) =>
    JSON.stringify([box, address, service, state, partner]),
  );
  return createHash('sha256')
    .update(lines.toSorted().join() + (undecided === true ? 'undecided' : ''))
    .digest('base64url')
    .slice(0, 22);
}

/**
 * Whether a record needs no repair: it is the last one of the tables and says what they say, or it was stated after they
 * were read. A newer one of an earlier epoch was not: it comes from before a restore.
 * @rule EPOCH-NEWEST
 */
function agrees(line: DirectoryLine, record: StandingRecord | undefined, epoch: number): boolean {
  if (record === undefined) return false;
  const standing = { epoch: record.epoch, number: record.sequence };
  const last = { epoch: line.epoch, number: line.sequence };
  if (isNewer(standing, last)) return record.epoch === epoch && record.sequence > line.sequence;
  return !isNewer(last, standing) && record.content === contentOf(line);
}
