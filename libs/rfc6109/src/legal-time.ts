import { formatRome, instant, localDate, localTime, offsetAt } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/**
 * The instant that is certified: the formats have whole seconds, so the one value that stands in text, XML, header,
 * signature and event has whole seconds too. What is judged is judged before, on the exact instant.
 */
export function certifiedInstant(at: Instant): Instant {
  return instant(Math.floor(at / 1000) * 1000); // @rule RFC6109-4.1
}

/** One instant in the three notations of a certified message, all in Italian legal time. */
export interface LegalTime {
  /** `dd/mm/yyyy` */
  readonly giorno: string;
  /** `hh:mm:ss` */
  readonly ora: string;
  /** `+0100` or `+0200`, without a colon, as every provider writes it. */
  readonly zona: string;
}

/** Rome's date, time and offset at an instant. */
export function legalTime(at: Instant): LegalTime {
  return { giorno: localDate(at), ora: localTime(at), zona: offsetAt(at) };
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322 date-time by the clocks in Rome: `Mon, 14 Jul 2014 09:30:15 +0200`. */
export function dateHeader(at: Instant): string {
  const [year, month, day] = formatRome(at).slice(0, 10).split('-').map(Number);
  const weekday = days[new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day)).getUTCDay()];
  return `${weekday}, ${day} ${months[(month ?? 1) - 1]} ${year} ${localTime(at)} ${offsetAt(at)}`;
}

/** The instant that another provider wrote down, whatever zone it used; null when there is no such date or time. */
export function readLegalTime({ giorno, ora, zona }: LegalTime): Instant | null {
  const date = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(giorno);
  const time = /^(\d{2}):(\d{2}):(\d{2})$/.exec(ora);
  const zone = /^([+-])(\d{2})(\d{2})$/.exec(zona);
  if (!date || !time || !zone) return null;
  const iso = `${date[3]}-${date[2]}-${date[1]}T${ora}`;
  const local = Date.parse(`${iso}Z`);
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== iso) return null;
  const [hours, minutes] = [Number(zone[2]), Number(zone[3])];
  if (hours > 14 || minutes > 59) return null;
  return instant(local - (zone[1] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000);
}
