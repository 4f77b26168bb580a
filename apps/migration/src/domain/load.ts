import type { StateTable } from '@recapito/primitives';

/** Where a load stands: its file lies on our disk and is read in chunks (`received`), or was read to its end (`done`). */
export const loadStates = ['received', 'done'] as const;
export type LoadState = (typeof loadStates)[number];

/** `advance`: one more chunk of its rows became moves and rejects; `end`: there are no more rows. */
export const loadCommands = ['advance', 'end'] as const;
export type LoadCommand = (typeof loadCommands)[number];

/** From each state, where each command leads: a process that died may end a load twice, and no chunk comes after the end. */
export const loadLife: StateTable<LoadState, LoadCommand> = {
  received: { advance: 'received', end: 'done' },
  done: { advance: null, end: 'done' },
};
