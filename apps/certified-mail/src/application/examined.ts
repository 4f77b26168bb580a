import { Unavailable } from '@recapito/platform';
import type { EarlyFile } from './early-file.ts';

/**
 * A message before the transaction that takes it: what the scanner calls the virus in it, null when there is none, and its
 * file, in quarantine when it is infected and else in the spool. `skipped` when it was decided without.
 */
export type Examined = 'skipped' | { readonly virus: string | null; readonly file: EarlyFile };

/**
 * What was found in a message that goes on.
 * @throws Unavailable when nobody has looked, because what was known of the message was something else a moment ago.
 */
export function foundIn(examined: Examined): Exclude<Examined, 'skipped'> {
  if (examined === 'skipped') throw new Unavailable('certified-mail', 'the message has not been looked through');
  return examined;
}

/** The files that were written for messages. */
export function filesOf(examined: readonly Examined[]): EarlyFile[] {
  return examined.flatMap((each) => (each === 'skipped' ? [] : [each.file]));
}
