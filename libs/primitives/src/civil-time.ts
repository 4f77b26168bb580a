import { Temporal } from 'temporal-polyfill';
import { instant } from './instant.ts';
import type { Instant } from './instant.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { window } from './window.ts';
import type { Window } from './window.ts';

/** The time zone in which the law counts days. */
const rome = 'Europe/Rome';

/** A day of the calendar as it is lived in Rome, `YYYY-MM-DD`. Days compare as text. */
export type RomeDay = string & { readonly __romeDay: unique symbol };

/** Reads `YYYY-MM-DD`. Refusals: `day/malformed`, `day/impossible` (30 February). */
export function parseRomeDay(text: string): RomeDay | Refusal<'day/malformed' | 'day/impossible'> {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) {
    return refuse('day/malformed', 'DAY-FORM', {
      it: 'La data non è scritta come anno-mese-giorno (AAAA-MM-GG).',
      en: 'The date is not written as year-month-day (YYYY-MM-DD).',
    });
  }
  if (!isRealDate(Number(year), Number(month), Number(day))) {
    return refuse('day/impossible', 'DAY-REAL', {
      it: `Il giorno ${text} non esiste nel calendario.`,
      en: `There is no day ${text} in the calendar.`,
    });
  }
  return text as RomeDay;
}

/** Brands a day that is known to be one, from data of the house. @throws RangeError when it is not. */
export function romeDay(text: string): RomeDay {
  const day = parseRomeDay(text);
  if (typeof day !== 'string') throw new RangeError(`"${text}" is not a day of the calendar`);
  return day;
}

/** True when the calendar has that day. Months and days count from one. */
export function isRealDate(year: number, month: number, day: number): boolean {
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
}

/** The first instant of a day: 00:00 in Rome. */
export function startOfDay(day: RomeDay): Instant {
  return instant(Temporal.PlainDate.from(day).toZonedDateTime(rome).epochMilliseconds);
}

/** The day on which an instant falls in Rome. */
export function dayOf(at: Instant): RomeDay {
  return inRome(at).toPlainDate().toString() as RomeDay;
}

/** Whole days later, or earlier when negative. */
export function addDays(day: RomeDay, days: number): RomeDay {
  return Temporal.PlainDate.from(day).add({ days }).toString() as RomeDay;
}

/** The corresponding day some months later; where a month is too short, its last day (31 August + 6 is 28 February). */
export function addMonths(day: RomeDay, months: number): RomeDay {
  return Temporal.PlainDate.from(day).add({ months }, { overflow: 'constrain' }).toString() as RomeDay;
}

/**
 * The exclusive end of a term counted in months: the corresponding day still belongs to it, whole, so the bound is
 * 00:00 in Rome of the day after. A ban of six months from 2010-05-10 ends at 2010-11-11T00:00+01:00.
 */
export function monthsLaterBound(day: RomeDay, months: number): Instant {
  return startOfDay(addDays(addMonths(day, months), 1)); // @rule TERM-MONTHS
}

/** "Dal `first` al `last`" in Italian: both days whole, as a half-open window. @throws RangeError when reversed. */
export function daysInclusive(first: RomeDay, last: RomeDay): Window {
  return window(startOfDay(first), startOfDay(addDays(last, 1))); // @rule DAYS-INCLUSIVE
}

/**
 * The instant at which clocks in Rome show `time` (`hh:mm` or `hh:mm:ss`) on that day: the earlier of two when they
 * go back over it, the moved one when they skip it.
 */
export function atRomeTime(day: RomeDay, time: string): Instant {
  const wall = Temporal.PlainDate.from(day).toPlainDateTime(Temporal.PlainTime.from(time));
  return instant(wall.toZonedDateTime(rome, { disambiguation: 'compatible' }).epochMilliseconds);
}

/** The difference from UTC in Rome at that instant, as daticert.xml writes it: `+0100` or `+0200`. */
export function offsetAt(at: Instant): string {
  return inRome(at).offset.replace(':', '');
}

/** The date that calendars in Rome show, as daticert.xml writes it: `dd/mm/yyyy`. */
export function localDate(at: Instant): string {
  const [year, month, day] = dayOf(at).split('-');
  return `${day}/${month}/${year}`;
}

/** The time that clocks in Rome show, as daticert.xml writes it: `hh:mm:ss`. */
export function localTime(at: Instant): string {
  return inRome(at).toPlainTime().toString({ smallestUnit: 'second' });
}

/** RFC 3339 by the clocks in Rome, with milliseconds: `2015-03-29T09:00:00.000+02:00`. */
export function formatRome(at: Instant): string {
  return inRome(at).toString({ smallestUnit: 'millisecond', timeZoneName: 'never' });
}

function inRome(at: Instant): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(rome);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
