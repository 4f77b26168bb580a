import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { Contacts } from './courtesy-channel.ts';

/**
 * `initial`: the sixteen characters that were issued; `personal`: the eight that the holder chose in their place; `lost`:
 * the database was put back to before they chose them, and an operator has to issue a new one.
 */
export const pinStates = ['initial', 'personal', 'lost'] as const;
export type PinState = (typeof pinStates)[number];

/** `give-half`: notification asks for a half to write it; `change`: the holder chooses; `open-box`: a mailbox log-in; `reissue`: an operator, for a holder whose PIN is lost or in other hands. */
export const pinCommands = ['give-half', 'change', 'open-box', 'reissue'] as const;
export type PinCommand = (typeof pinCommands)[number];

/** What a command meets when it does not lead to a state. */
export type PinAnswer = 'spent' | 'change-first' | 'reissue-first';

/**
 * The whole life of a PIN. Changing it again keeps it personal; the first one opens nothing but its own change.
 * @rule INPS-PIN-CHANGE
 */
export const pinTable: Readonly<Record<PinState, Readonly<Record<PinCommand, PinState | PinAnswer>>>> = {
  initial: { 'give-half': 'initial', change: 'personal', 'open-box': 'change-first', reissue: 'initial' },
  personal: { 'give-half': 'spent', change: 'personal', 'open-box': 'personal', reissue: 'initial' },
  lost: { 'give-half': 'spent', change: 'reissue-first', 'open-box': 'reissue-first', reissue: 'initial' },
};

export type PinRefusal = Refusal<'pin/first-change-due' | 'pin/half-given' | 'pin/no-such-half' | 'pin/lost'>;

/** The state after the command, or why not: `pin/half-given`, `pin/first-change-due`, `pin/lost`. */
export function decidePin(state: PinState, command: PinCommand): { readonly to: PinState } | PinRefusal {
  const entry = pinTable[state][command];
  switch (entry) {
    case 'spent':
      return halfGiven();
    case 'change-first':
      return firstChangeDue();
    case 'reissue-first':
      return pinLost();
    case 'initial':
    case 'personal':
    case 'lost':
      return { to: entry };
  }
}

/**
 * The two ways of the two halves: the first by SMS, else by e-mail; the second by letter. Where the holder has no such
 * contact the half waits in a sealed envelope at the office that recognised them.
 * @rule INPS-PIN-CHANNELS
 */
export function pinChannels(contacts: Contacts): readonly ['sms' | 'email' | 'sportello', 'posta' | 'sportello'] {
  const first = contacts.cellulare !== null ? 'sms' : contacts.emailOrdinaria !== null ? 'email' : 'sportello';
  return [first, contacts.indirizzo !== null ? 'posta' : 'sportello'];
}

/**
 * The first or the second eight of the sixteen characters.
 * @rule INPS-PIN-HALVES
 */
export function pinHalf(pin: string, half: 1 | 2): string {
  return half === 1 ? pin.slice(0, 8) : pin.slice(8, 16);
}

/** A half is no longer given out: it was written already, or the PIN has been changed. */
export function halfGiven(): PinRefusal {
  return refuse('pin/half-given', 'INPS-PIN-HALVES', {
    it: 'Questa metà del PIN è già stata consegnata e non viene più comunicata.',
    en: 'This half of the PIN has been handed over and is not given out again.',
  });
}

/** There is no PIN of that id, or it has no such half. */
export function noSuchHalf(): PinRefusal {
  return refuse('pin/no-such-half', 'INPS-PIN-HALVES', {
    it: 'Non esiste un PIN con questo identificativo, o la metà non è 1 o 2.',
    en: 'There is no PIN of this id, or the half is neither 1 nor 2.',
  });
}

function firstChangeDue(): PinRefusal {
  return refuse('pin/first-change-due', 'INPS-PIN-CHANGE', {
    it: 'Il primo PIN va cambiato nel portale prima di poter aprire la casella.',
    en: 'The first PIN has to be changed on the portal before it can open the mailbox.',
  });
}

function pinLost(): PinRefusal {
  return refuse('pin/lost', 'ACCESS-SECRET-LOST', {
    it: 'Il PIN è andato perso: l’assistenza deve emetterne uno nuovo.',
    en: 'The PIN is lost: the help desk has to issue a new one.',
  });
}
