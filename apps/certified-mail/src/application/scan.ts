import { Unavailable } from '@recapito/platform';

/** What the scanner calls the virus in a message, null when there is none; `skipped` when it was decided without. */
export type Scan = 'skipped' | { readonly virus: string | null };

/**
 * The virus in a message that goes on, null when there is none.
 * @throws Unavailable when nobody has looked, because what was known of the message was something else a moment ago.
 */
export function virusFound(scan: Scan): string | null {
  if (scan === 'skipped') throw new Unavailable('antivirus', 'the message has not been looked through');
  return scan.virus;
}
