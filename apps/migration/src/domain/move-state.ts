import type { MoveFacts } from './move.ts';

/** Where a move stands, in the words of lists and reports. */
export type MoveState = 'planned' | 'announced' | 'confirmed' | 'completed' | 'lapsed' | 'refused';

/** Read from the facts, never kept beside them. */
export function moveState(facts: MoveFacts): MoveState {
  if (facts.ended !== undefined) return facts.ended;
  if (facts.confirmed) return 'confirmed';
  return facts.announced === undefined ? 'planned' : 'announced';
}
