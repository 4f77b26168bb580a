import { directoryCensus } from '@recapito/contracts';
import { append, InfrastructureFailure, keysOfPartitions } from '@recapito/messaging';
import type { Database } from '@recapito/database';
import type { Instant } from '@recapito/primitives';
import { armedVersions } from '../persistence/calendar.store.ts';
import { countDirectory, saveCensus, recountHolders, lockOutWriters } from '../persistence/census.store.ts';
import type { DirectoryCount } from '../persistence/census.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';

/** A census has a record in each partition of the directory. */
const keys = keysOfPartitions('census');

/**
 * Counts the directory while nobody changes it, and publishes the count in each partition, behind every record that it
 * covers. Readers of the directory compare it with what they hold.
 * @throws when a change of boxes takes longer than five seconds, or a process of an earlier release has changed some since
 * `recountDirectory`; nothing has changed then.
 * @rule CENSUS-BARRIER
 */
export async function takeCensus(tx: Tx, at: Instant): Promise<DirectoryCount> {
  await lockOutWriters(tx);
  const { count, leftBehind } = await countDirectory(tx);
  if (leftBehind > 0)
    throw new InfrastructureFailure(`${leftBehind} holders were written meanwhile by an earlier release`);
  const calendars = Object.fromEntries((await armedVersions(tx)).map(({ service, version }) => [service, version]));
  const sequence = await saveCensus(tx, count);
  for (const key of keys) await append(tx, directoryCensus, { key, sequence, time: at, data: { ...count, calendars } });
  return count;
}

/** Holders that are counted anew in one transaction. */
const batch = 1_000;

/** Counts anew the holders whose rows an earlier release has written, without holding anybody up for long. */
export async function recountDirectory(database: Database<PrismaClient>): Promise<void> {
  for (let after: string | undefined; ;) {
    const from = after;
    after = await database.transaction((tx) => recountHolders(tx, from, batch));
    if (after === undefined) return;
  }
}
