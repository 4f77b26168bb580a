import type { Instant } from '@recapito/primitives';
import { z } from 'zod';

/** The mark of a field in the JSON Schema of its event: what it tells of persons. */
export const personalMark = 'x-personal';

/**
 * `yes`: it tells who a person is, how one is reached, or what one did; `pseudonym`: it names a person for those alone
 * who have the key.
 */
export type PersonalData = 'yes' | 'pseudonym';

/** Marks a field that holds personal data, or may hold them. */
export function personal<Schema extends z.ZodType>(schema: Schema, what: PersonalData = 'yes'): Schema {
  return schema.meta({ ...schema.meta(), [personalMark]: what });
}

/** An instant on the wire: whole UTC milliseconds. */
export const instantField: z.ZodType<Instant> = z
  .custom<Instant>(
    (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 8.64e15,
    'an instant in whole UTC milliseconds',
  )
  .meta({ type: 'integer', description: 'An instant, in whole milliseconds since 1970, UTC.' });

/** A UUID made by HMAC of the codice fiscale as written: names a holder without telling who it is. */
export const holderField = personal(z.uuid().describe('The holder: HMAC of the codice fiscale.'), 'pseudonym');

/** A UUID that names an aggregate. */
export const idField = z.uuid();

/** A certified address, lower case. */
export const addressField = personal(z.string().min(3).max(320).describe('A certified address, in lower case.'));

/** An address of anybody, as it stood in a message. */
export const anyAddressField = personal(z.string().describe('An address, as it stood in the message.'));

/** The name under which an operator acts. */
export const operatorField = personal(z.string().describe('The operator, by name.'));

/** Words of an operator or of another server: they may name persons. */
export const wordsField = personal(z.string());

/** A day of the legal calendar, Europe/Rome, `YYYY-MM-DD`. */
export const dayField = z.iso.date().describe('A day of the legal calendar, Europe/Rome.');

/** The name of a service of the programme (`inps-trial`, `cec-pac`). */
export const serviceField = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,40}$/)
  .describe('A service of the programme.');

/** Why something was refused, as the owner said it. */
export const refusalField = z
  .object({
    refused: z.string().describe('The code, for programs.'),
    rule: z.string().describe('The id of the rule.'),
    words: z.object({ it: z.string(), en: z.string() }),
  })
  .describe('Why it was refused.');
