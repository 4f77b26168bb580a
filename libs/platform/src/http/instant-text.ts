import { type Instant, parseInstant } from '@recapito/primitives';
import { z } from 'zod';
import { customFault } from './validation.ts';

/** An instant in a query: RFC 3339 with an offset, in milliseconds at the finest. */
export const instantText: z.ZodType<Instant, string> = z.iso.datetime({ offset: true }).transform((text, context) => {
  try {
    return parseInstant(text);
  } catch {
    const words = { it: 'non è un istante fino ai millisecondi', en: 'is no instant in milliseconds at the finest' };
    context.addIssue(customFault(words));
    return z.NEVER;
  }
});
