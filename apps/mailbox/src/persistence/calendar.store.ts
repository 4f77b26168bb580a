import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { lockNamed } from './locks.ts';
import type { Tx } from './tx.ts';

/** A calendar in force: whole, with its version, its fingerprint, and who armed it when. */
export interface ArmedCalendar {
  readonly service: string;
  /** The epoch of the database when it was armed, or stated again. */
  readonly epoch: number;
  readonly version: number;
  readonly sha256: string;
  readonly armedBy: string;
  readonly armedAt: Instant;
  readonly calendar: ServiceCalendar;
}

/** Which calendar each service has, without the calendars: enough to see whether one has changed. */
export async function armedVersions(tx: Tx): Promise<Pick<ArmedCalendar, 'service' | 'version' | 'sha256'>[]> {
  return tx.$queryRaw`SELECT service, version, sha256 FROM armed_calendar`;
}

export async function armedCalendars(tx: Tx): Promise<ArmedCalendar[]> {
  const rows = await tx.armedCalendar.findMany({ orderBy: { service: 'asc' } });
  return rows.map(fromRow);
}

export async function armedCalendar(tx: Tx, service: string): Promise<ArmedCalendar | undefined> {
  const row = await tx.armedCalendar.findUnique({ where: { service } });
  return row === null ? undefined : fromRow(row);
}

/** Waits until nobody else is arming a calendar of this service. */
export async function lockCalendar(tx: Tx, service: string): Promise<void> {
  await lockNamed(tx, 'calendar', service);
}

/** Puts a calendar in the place of the one in force. */
export async function saveCalendar(tx: Tx, armed: ArmedCalendar): Promise<void> {
  const { service, version, sha256, armedBy, calendar } = armed;
  const row = { epoch: BigInt(armed.epoch), version, sha256, armedBy, armedAt: new Date(armed.armedAt), calendar };
  await tx.armedCalendar.upsert({ where: { service }, create: { service, ...row }, update: row });
}

function fromRow(
  row: Omit<ArmedCalendar, 'epoch' | 'armedAt' | 'calendar'> & { epoch: bigint; armedAt: Date; calendar: unknown },
): ArmedCalendar {
  return {
    ...row,
    epoch: Number(row.epoch),
    armedAt: instant(row.armedAt.getTime()),
    calendar: serviceCalendar.parse(row.calendar),
  };
}
