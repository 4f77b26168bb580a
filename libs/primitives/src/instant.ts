/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. The only form in which a rule meets time. */
export type Instant = number & { readonly __instant: unique symbol };

/** Brands a number of UTC milliseconds. @throws RangeError when it is not a whole number that a date can hold. */
export function instant(milliseconds: number): Instant {
  if (!Number.isInteger(milliseconds) || Math.abs(milliseconds) > 8.64e15)
    throw new RangeError(`${milliseconds} is not an instant in whole UTC milliseconds`);
  return milliseconds as Instant;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339 with an offset (`2010-09-15T22:00:00Z`, `2010-09-16T00:00+02:00`). @throws RangeError otherwise. */
export function parseInstant(text: string): Instant {
  if (!rfc3339.test(text)) throw new RangeError(`"${text}" is not an RFC 3339 instant with an offset`);
  return instant(Date.parse(text));
}

/** RFC 3339 in UTC with milliseconds, as `2010-09-15T21:59:59.999Z`. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

/** Milliseconds of elapsed time from an instant: the only arithmetic that ignores the civil calendar. */
export function after(at: Instant, milliseconds: number): Instant {
  return instant(at + milliseconds);
}
