import type { StateTable } from '@recapito/primitives';

/**
 * Where an emission stands. `due`: the work carries it. `held`: nobody tries it, because an operator put it aside or the box
 * of its sender is suspended. `carried`: its recipients' incoming point, host or box has taken it. `returned`: it has ended
 * without arriving, for one recipient at least.
 */
export const emissionStates = ['due', 'held', 'carried', 'returned'] as const;
export type EmissionState = (typeof emissionStates)[number];

/**
 * `hold`, `retry`, `give-up`: what an operator does with one that waits for another provider. `suspend`, `release`: what
 * happens to it with the box of its sender. `carry`, `return`: what came of carrying it.
 */
export const emissionCommands = ['hold', 'retry', 'give-up', 'suspend', 'release', 'carry', 'return'] as const;
export type EmissionCommand = (typeof emissionCommands)[number];

/**
 * An emission may be held while somebody carries it, so it may also end while it is held. One that an operator holds is not
 * suspended with its box. Only what is held is given up.
 * @rule QUEUE-OPERATED
 */
export const emissionLife: StateTable<EmissionState, EmissionCommand> = {
  due: {
    hold: 'held',
    retry: 'due',
    'give-up': null,
    suspend: 'held',
    release: null,
    carry: 'carried',
    return: 'returned',
  },
  held: {
    hold: 'held',
    retry: 'due',
    'give-up': 'returned',
    suspend: null,
    release: 'due',
    carry: 'carried',
    return: 'returned',
  },
  carried: { hold: null, retry: null, 'give-up': null, suspend: null, release: null, carry: null, return: null },
  returned: { hold: null, retry: null, 'give-up': null, suspend: null, release: null, carry: null, return: null },
};
