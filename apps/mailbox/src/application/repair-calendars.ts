import { currentEpoch, isNewer } from '@recapito/messaging';
import type { Standing } from '@recapito/messaging';
import type { Database } from '@recapito/database';
import type { Instant } from '@recapito/primitives';
import { armedCalendars } from '../persistence/calendar.store.ts';
import { isUnpublished } from '../persistence/directory.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { publishCalendar } from './arm-calendar.ts';

/**
 * States again the calendars in force that their topic lacks, under the version they have: a reader that knows it is not
 * moved. One that stands there from before a restore, under a higher version, is replaced.
 * @param standing epoch and version of each that stands in the topic, kept up to date by whoever reads it.
 * @param catchUp resolves when all that was published before the call is in `standing`. @returns how many were stated.
 * @rule EPOCH-NEWEST
 */
export async function repairCalendars(
  database: Database<PrismaClient>,
  standing: ReadonlyMap<string, Standing>,
  at: Instant,
  catchUp: () => Promise<void>,
): Promise<number> {
  let stated = 0;
  const epoch = await currentEpoch(database.client);
  for (const armed of await armedCalendars(database.client)) {
    const stands = () => {
      const record = standing.get(armed.service);
      const last = { epoch: armed.epoch, number: armed.version };
      if (record === undefined || isNewer(last, record)) return false;
      // One that was armed after the rows were read is of the epoch of now.
      return !isNewer(record, last) || record.epoch === epoch;
    };
    if (stands() || (await isUnpublished(database.client, 'mailbox.calendars.v1', armed.service))) continue;
    await catchUp();
    if (stands()) continue;
    await database.transaction((tx) => publishCalendar(tx, armed, at));
    stated += 1;
  }
  return stated;
}
