import { invisibleIn, isRefusal, trimBlanks } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';
import { customFault } from './validation.ts';

/**
 * What somebody types or pastes to look for: blanks at its edges are taken off; a character that nobody sees inside it is
 * told by its code point, and an empty text is told, too.
 * @rule SEARCH-TEXT
 */
export function searchText(longest: number): z.ZodType<string, string> {
  return z
    .string()
    .max(longest)
    .transform((text, context) => {
      const trimmed = trimBlanks(text);
      const invisible = invisibleIn(trimmed).join(', ');
      if (trimmed === '') context.addIssue(customFault({ it: 'è vuoto', en: 'is empty' }));
      if (invisible !== '')
        context.addIssue(
          customFault({
            it: `contiene caratteri che non si vedono: ${invisible}`,
            en: `has characters that nobody sees: ${invisible}`,
          }),
        );
      return trimmed;
    });
}

/** Searched text as a parser of ours reads it; what the parser refuses is a fault in its words. */
export function searchTextAs<Value extends string>(
  longest: number,
  parse: (text: string) => Value | Refusal,
): z.ZodType<Value, string> {
  return searchText(longest).transform((text, context) => {
    const read = parse(text);
    if (!isRefusal(read)) return read;
    context.addIssue(customFault(read.words));
    return z.NEVER;
  });
}
