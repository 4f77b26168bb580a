import { timeLimitPassed } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { jsonOf } from './json-of.ts';

/**
 * The last notice of time limits that a record shows as having left later than twenty-four hours after its envelope;
 * null for every other record.
 * @rule FINDING-LATE-NOTICE
 */
export function lateNoticeIn(type: string, value: Uint8Array | null): DataOf<typeof timeLimitPassed> | null {
  if (!type.endsWith(`.${timeLimitPassed.type}`) || value === null) return null;
  const read = timeLimitPassed.data.safeParse(jsonOf(value));
  return read.success && read.data.late ? read.data : null;
}
