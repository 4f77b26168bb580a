import type { StateTable } from '@recapito/primitives';

/**
 * Where a placement stands. `due`: the work brings it to the mail store. `placed`: the mail store has it. `returned`: the
 * box does not take it, known at once or after the mail store's no. `refused`: the peer heard at the end of its transaction
 * that it is not taken, so nothing was ever to be placed.
 */
export const placementStates = ['due', 'placed', 'returned', 'refused'] as const;
export type PlacementState = (typeof placementStates)[number];

/** `place`: the mail store has taken it; `return`: it never will. */
export const placementCommands = ['place', 'return'] as const;
export type PlacementCommand = (typeof placementCommands)[number];

/** A placement ends once: who comes second finds it ended and does nothing. */
export const placementLife: StateTable<PlacementState, PlacementCommand> = {
  due: { place: 'placed', return: 'returned' },
  placed: { place: null, return: null },
  returned: { place: null, return: null },
  refused: { place: null, return: null },
};
