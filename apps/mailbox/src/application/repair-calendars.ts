import type { Database } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { armedCalendars } from '../persistence/calendar.store.ts';
import { statedLately } from '../persistence/directory.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { tellCalendar } from './arm-calendar.ts';

/**
 * States again the calendars in force that their topic lacks, under the version they have: a reader that knows it is not
 * moved. @param standing the versions that stand in the topic. @returns how many were stated.
 */
export async function repairCalendars(
  database: Database<PrismaClient>,
  standing: ReadonlyMap<string, number>,
  at: Instant,
): Promise<number> {
  let stated = 0;
  for (const armed of await armedCalendars(database.client)) {
    if ((standing.get(armed.service) ?? 0) >= armed.version) continue;
    if (await statedLately(database.client, 'mailbox.calendars.v1', armed.service)) continue;
    await database.transaction((tx) => tellCalendar(tx, armed, at));
    stated += 1;
  }
  return stated;
}
