/** What happened on a day in Rome, `2010-08-03`. */
export interface DayOfCurve {
  readonly day: string;
  readonly confirmed: number;
  readonly completed: number;
}

export interface CurvePoint {
  /** UTC milliseconds: noon of the day, which is the same day in Rome. */
  readonly at: number;
  /** Boxes activated up to and with that day. */
  readonly total: number;
}

/** Boxes activated day by day, oldest first, added up. */
export function curvePoints(days: readonly DayOfCurve[]): CurvePoint[] {
  let total = 0;
  return days.map(({ day, completed }) => ({ at: noonOf(day), total: (total += completed) }));
}

export const dayMs = 24 * 60 * 60 * 1000;

export function noonOf(day: string): number {
  return Date.parse(`${day}T12:00:00Z`);
}
