import { moveCompleted } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { jsonOf } from './json-of.ts';

/**
 * The move that a record shows as completed later than twenty-four hours after its confirmation; null for every other
 * record. What cannot be read is evidence and no finding: those who read the topic have it among their dead letters.
 * @rule FINDING-LATE-SWITCH
 */
export function lateSwitchIn(type: string, value: Uint8Array | null): DataOf<typeof moveCompleted> | null {
  if (!type.endsWith(`.${moveCompleted.type}`) || value === null) return null;
  const read = moveCompleted.data.safeParse(jsonOf(value));
  return read.success && read.data.late ? read.data : null;
}
