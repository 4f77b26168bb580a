import { serviceCalendar } from '@recapito/capability';
import type { calendarArmed, DataOf } from '@recapito/contracts';
import { isNewer } from '@recapito/messaging';
import type { Standing } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { armedCalendar, saveCalendar, lockCalendar } from '../persistence/calendar.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** A calendar as a record states it. `number` is its version. */
export interface CalendarState extends Standing {
  readonly data: DataOf<typeof calendarArmed>;
  readonly at: Instant;
}

/**
 * Takes over a calendar that is newer than the one in the tables. Of two with the same place the published one counts:
 * everybody else acts by it.
 * @rule CALENDAR-ADOPTED
 */
export async function adoptCalendar(tx: Tx, { data, at, epoch, number }: CalendarState): Promise<boolean> {
  const { service, sha256, armedBy } = data;
  await lockCalendar(tx, service);
  const known = await armedCalendar(tx, service);
  if (known !== undefined) {
    if (known.epoch === epoch && known.version === number && known.sha256 === sha256) return false;
    if (isNewer({ epoch: known.epoch, number: known.version }, { epoch, number })) return false;
  }
  const calendar = serviceCalendar.parse(data.calendar);
  await saveCalendar(tx, { service, epoch, version: number, sha256, armedBy, armedAt: at, calendar });
  return true;
}
