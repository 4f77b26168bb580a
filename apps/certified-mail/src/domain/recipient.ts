import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/**
 * How far a certified recipient of a message has come, as the sender's provider knows it. `warned`: the sender was told
 * after twelve hours that nobody had answered; `timed-out`: the sender was told that the time was up, which ended it;
 * `delivered-late`: a delivery receipt came after that (`tardiva`).
 *
 * An ordinary recipient, whom no provider manages, is `outgoing` until a host of its domain has taken the envelope
 * (`handed-over`), or has refused it, or none has taken it in time (`not-delivered`).
 * @rule ORDINARY-OUTCOME
 */
export const recipientStates = [
  'dispatched',
  'warned',
  'taken-in-charge',
  'delivered',
  'not-delivered',
  'timed-out',
  'delivered-late',
  'outgoing',
  'handed-over',
] as const;
export type RecipientState = (typeof recipientStates)[number];

/**
 * What its provider says of it: presa-in-carico, avvenuta-consegna, errore-consegna; receipts may overtake each other.
 * And `pass-limit`: the next time limit of its state has passed without the receipt that would have met it. `hand-over`: a
 * host of an ordinary domain has taken the envelope.
 */
export const recipientCommands = ['take-in-charge', 'deliver', 'fail', 'pass-limit', 'hand-over'] as const;
export type RecipientCommand = (typeof recipientCommands)[number];

/**
 * From each state, where each command leads: to itself when it says nothing new, null when it contradicts the outcome.
 * A delivery after the last notice is no contradiction: the notice said that nothing had come, and it was true.
 * @rule DEADLINE-LATE-DELIVERY
 */
export const recipientTable: Readonly<
  Record<RecipientState, Readonly<Record<RecipientCommand, RecipientState | null>>>
> = {
  dispatched: {
    'take-in-charge': 'taken-in-charge',
    deliver: 'delivered',
    fail: 'not-delivered',
    'pass-limit': 'warned',
    'hand-over': null,
  },
  warned: {
    'take-in-charge': 'taken-in-charge',
    deliver: 'delivered',
    fail: 'not-delivered',
    'pass-limit': 'timed-out',
    'hand-over': null,
  },
  'taken-in-charge': {
    'take-in-charge': 'taken-in-charge',
    deliver: 'delivered',
    fail: 'not-delivered',
    'pass-limit': 'timed-out',
    'hand-over': null,
  },
  delivered: {
    'take-in-charge': 'delivered',
    deliver: 'delivered',
    fail: null,
    'pass-limit': 'delivered',
    'hand-over': null,
  },
  'not-delivered': {
    'take-in-charge': 'not-delivered',
    deliver: null,
    fail: 'not-delivered',
    'pass-limit': 'not-delivered',
    'hand-over': null,
  },
  'timed-out': {
    'take-in-charge': 'timed-out',
    deliver: 'delivered-late',
    fail: 'timed-out',
    'pass-limit': 'timed-out',
    'hand-over': null,
  },
  'delivered-late': {
    'take-in-charge': 'delivered-late',
    deliver: 'delivered-late',
    fail: null,
    'pass-limit': 'delivered-late',
    'hand-over': null,
  },
  outgoing: {
    'take-in-charge': null,
    deliver: null,
    fail: 'not-delivered',
    'pass-limit': 'not-delivered',
    'hand-over': 'handed-over',
  },
  'handed-over': {
    'take-in-charge': null,
    deliver: null,
    fail: null,
    'pass-limit': 'handed-over',
    'hand-over': 'handed-over',
  },
};

const finalStates: ReadonlySet<RecipientState> = new Set([
  'delivered',
  'not-delivered',
  'timed-out',
  'delivered-late',
  'handed-over',
]);

/** True for the states in which a recipient has its final outcome. */
export function isFinal(state: RecipientState): boolean {
  return finalStates.has(state);
}

/** The next state of a recipient. Refusal: `recipient/other-outcome` when it has the opposite outcome already. */
export function follow(
  state: RecipientState,
  command: RecipientCommand,
): RecipientState | Refusal<'recipient/other-outcome'> {
  return (
    recipientTable[state][command] ??
    refuse('recipient/other-outcome', 'RECIPIENT-ONE-OUTCOME', {
      it: 'Il destinatario ha già un esito definitivo, e la ricevuta dice il contrario.',
      en: 'The recipient already has its final outcome, and the receipt says the opposite.',
    })
  );
}
