import { createHash } from 'node:crypto';
import type { ServiceCalendar } from './calendar.ts';

/**
 * By what a calendar is known once it is armed: SHA-256, in hex, of its canonical JSON. The order of keys, blanks and
 * line ends of the file it came from do not matter; any other difference does.
 */
export function fingerprint(calendar: ServiceCalendar): string {
  return createHash('sha256').update(canonical(calendar), 'utf8').digest('hex');
}

/** JSON without blanks, the keys of every object in the order of their UTF-16 code units, as RFC 8785 has it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
