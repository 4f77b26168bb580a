import type { Instant } from '@recapito/primitives';
import { fieldValue } from './header-fields.ts';
import type { Header } from './header-fields.ts';

const dayMs = 24 * 3_600_000;

/** The form of RFC 5322 section 3.3, with a comment at its end. */
const dateTime =
  /^(?:[a-z]{3},)?\s*(\d{1,2}\s+[a-z]{3}\s+\d{4}\s+\d\d:\d\d(?::\d\d)?\s+(?:[+-]\d{4}|[a-z]{1,5}))(?:\s*\([^()]*\))?$/i;

/**
 * True when Date is the day of what was signed: less than 24 hours from the certified instant, or the Date of the enclosed
 * original. An absent one says nothing. Clients put a message in its place by it.
 * @rule INCOMING-AGREES
 */
export function agreesWithDate(outer: Header, at: Instant, original: Header | null): boolean {
  const said = fieldValue(outer, 'date');
  if (said === null || (original !== null && said === fieldValue(original, 'date'))) return true;
  const written = dateTime.exec(said)?.[1];
  const instant = written === undefined ? Number.NaN : Date.parse(written);
  return Math.abs(instant - at) < dayMs;
}
