import { isRefusal, parseCertifiedAddress, parseWrittenAddress } from '@recapito/primitives';
import { z } from 'zod';

/** An address in a request with its local part as it was written; it is compared in lower case. */
export const writtenAddressField = z.string().transform((text, context) => {
  const read = parseWrittenAddress(text);
  if (!isRefusal(read)) return read.exact;
  context.addIssue({ code: 'custom', message: read.words.it });
  return z.NEVER;
});

/** A certified address in a request, read as it is compared: in lower case. */
export const addressField = z.string().transform((text, context) => {
  const read = parseCertifiedAddress(text);
  if (typeof read === 'string') return read;
  context.addIssue({ code: 'custom', message: read.words.it });
  return z.NEVER;
});
