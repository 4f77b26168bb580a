import { directoryCensus } from '@recapito/contracts';
import { append, keysOfPartitions } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { armedVersions } from '../persistence/calendar.store.ts';
import { countDirectory, keepCensus, shutOutWriters } from '../persistence/census.store.ts';
import type { DirectoryCount } from '../persistence/census.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** A census has a record in each partition of the directory. */
const keys = keysOfPartitions('census');

/**
 * Counts the directory while nobody changes it, and publishes the count in each partition, behind every record that it
 * covers. Readers of the directory compare it with what they hold. // CENSUS-BARRIER
 * @throws when a change of boxes takes longer than five seconds; nothing has changed then.
 */
export async function takeCensus(tx: Tx, at: Instant): Promise<DirectoryCount> {
  await shutOutWriters(tx);
  const count = await countDirectory(tx);
  const calendars = Object.fromEntries((await armedVersions(tx)).map(({ service, version }) => [service, version]));
  const sequence = await keepCensus(tx, count);
  for (const key of keys) await append(tx, directoryCensus, { key, sequence, time: at, data: { ...count, calendars } });
  return count;
}
