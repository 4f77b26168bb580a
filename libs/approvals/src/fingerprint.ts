import { createHash } from 'node:crypto';
import { sortedJson } from '@recapito/primitives';

/** SHA-256 in hexadecimal of an act and its command. The order of an object's members does not count. */
export function fingerprintOf(act: string, command: unknown): string {
  return createHash('sha256')
    .update(sortedJson([act, command]))
    .digest('hex');
}
