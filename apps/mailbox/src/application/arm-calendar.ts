import { boundaryChangedWithin, compileCalendar, fingerprint } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { calendarArmed } from '@recapito/contracts';
import { append, currentEpoch } from '@recapito/messaging';
import type { Instant, Refusal } from '@recapito/primitives';
import { armedCalendar, saveCalendar, lockCalendar } from '../persistence/calendar.store.ts';
import type { ArmedCalendar } from '../persistence/calendar.store.ts';
import type { Tx } from '../persistence/tx.ts';

export interface ArmCalendar {
  readonly calendar: ServiceCalendar;
  /** Who arms it: an operator, or the programme that shipped it. */
  readonly armedBy: string;
  readonly at: Instant;
}

/**
 * Puts a service's calendar in force and publishes it: whole, with its version, fingerprint and who armed it. Idempotent:
 * the one already in force is returned as it stands.
 * Refusal: `calendar/boundary-too-near` when it changes a boundary that has passed or is less than a minute ahead.
 * @rule CALENDAR-ARMED
 */
export async function armCalendar(
  tx: Tx,
  { calendar, armedBy, at }: ArmCalendar,
): Promise<ArmedCalendar | Refusal<'calendar/boundary-too-near'>> {
  const { service } = calendar;
  await lockCalendar(tx, service);
  const before = await armedCalendar(tx, service);
  const sha256 = fingerprint(calendar);
  if (before?.sha256 === sha256) return before;
  if (before !== undefined) {
    const tooNear = boundaryChangedWithin(compileCalendar(before.calendar), compileCalendar(calendar), at);
    if (tooNear !== null) return tooNear;
  }
  const version = (before?.version ?? 0) + 1;
  return publishCalendar(tx, { service, version, sha256, armedBy, armedAt: at, calendar }, at);
}

/**
 * Arms what a programme ships, at the first start only: later the files are proposals, and the record decides.
 * @returns the services that had no calendar until now.
 */
export async function armShipped(tx: Tx, shipped: readonly ServiceCalendar[], at: Instant): Promise<string[]> {
  const first: string[] = [];
  for (const calendar of shipped) {
    await lockCalendar(tx, calendar.service);
    if ((await armedCalendar(tx, calendar.service)) !== undefined) continue;
    await armCalendar(tx, { calendar, armedBy: 'programme', at });
    first.push(calendar.service);
  }
  return first;
}

/** Saves the calendar in force and publishes it in the epoch of the database; the last record of a service counts. */
export async function publishCalendar(
  tx: Tx,
  calendarArmedNow: Omit<ArmedCalendar, 'epoch'>,
  at: Instant,
): Promise<ArmedCalendar> {
  const armed = { ...calendarArmedNow, epoch: await currentEpoch(tx) };
  await saveCalendar(tx, armed);
  const { service, version, sha256, armedBy, calendar } = armed;
  await append(tx, calendarArmed, {
    key: service,
    sequence: version,
    time: at,
    data: { service, version, sha256, armedBy, calendar },
  });
  return armed;
}
