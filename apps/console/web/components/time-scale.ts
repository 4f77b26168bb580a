import type { LineOfTime } from '../api/mailboxes.ts';

/** What a bar shows: from one instant to another, in UTC milliseconds. */
export interface TimeScale {
  readonly from: number;
  readonly until: number;
}

/** How wide a bar is, in units of its own. */
export const width = 1_000;

const yearMs = 365 * 24 * 3_600_000;

/** A scale that has every bound of a box's line of time and the judged instant, with half a tenth more at both ends. */
export function scaleOf({ phases, verbs }: Pick<LineOfTime, 'phases' | 'verbs'>, at: number): TimeScale {
  const times = [...phases, ...verbs.flatMap((verb) => verb.times)].flatMap(({ from, until }) => [from, until]);
  const bounds = [at, ...times.filter((bound) => bound !== null)];
  const [first, last] = [Math.min(...bounds), Math.max(...bounds)];
  const more = Math.max((last - first) / 20, yearMs / 20);
  return { from: first - more, until: last + more };
}

/** Where an instant stands on a bar, from 0 to its width. */
export function placeOf({ from, until }: TimeScale, at: number): number {
  return Math.round((Math.min(Math.max(at, from), until) - from) / ((until - from) / width));
}
