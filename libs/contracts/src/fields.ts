import type { Instant } from '@recapito/primitives';
import { z } from 'zod';

/** An instant on the wire: whole UTC milliseconds. */
export const instantField: z.ZodType<Instant> = z.custom<Instant>(
  (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 8.64e15,
  'an instant in whole UTC milliseconds',
);

/** A UUID made by HMAC of the codice fiscale as written: names a holder without telling who it is. */
export const holderField = z.uuid();

/** A UUID that names an aggregate. */
export const idField = z.uuid();

/** A certified address, lower case. */
export const addressField = z.string().min(3).max(320);

/** A day of the legal calendar, Europe/Rome, `YYYY-MM-DD`. */
export const dayField = z.iso.date();

/** The name of a service of the programme (`inps-trial`, `cec-pac`). */
export const serviceField = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);

/** Why something was refused, as the owner said it. */
export const refusalField = z.object({
  refused: z.string(),
  rule: z.string(),
  words: z.object({ it: z.string(), en: z.string() }),
});
