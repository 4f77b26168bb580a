import { parseCertifiedAddress } from '@recapito/primitives';
import { z } from 'zod';

/** A certified address in a request, read as it is compared: in lower case. */
export const addressField = z.string().transform((text, context) => {
  const read = parseCertifiedAddress(text);
  if (typeof read === 'string') return read;
  context.addIssue({ code: 'custom', message: read.words.it });
  return z.NEVER;
});
