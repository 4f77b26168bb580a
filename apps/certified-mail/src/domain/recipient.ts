import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** How far a certified recipient of a message has come, as the sender's provider knows it. */
export const recipientStates = ['dispatched', 'taken-in-charge', 'delivered', 'not-delivered'] as const;
export type RecipientState = (typeof recipientStates)[number];

/** What its provider says of it: presa-in-carico, avvenuta-consegna, errore-consegna. Receipts may overtake each other. */
export const recipientCommands = ['take-in-charge', 'deliver', 'fail'] as const;
export type RecipientCommand = (typeof recipientCommands)[number];

/** From each state, where each receipt leads: to itself when it says nothing new, null when it contradicts the outcome. */
export const recipientTable: Readonly<
  Record<RecipientState, Readonly<Record<RecipientCommand, RecipientState | null>>>
> = {
  dispatched: { 'take-in-charge': 'taken-in-charge', deliver: 'delivered', fail: 'not-delivered' },
  'taken-in-charge': { 'take-in-charge': 'taken-in-charge', deliver: 'delivered', fail: 'not-delivered' },
  delivered: { 'take-in-charge': 'delivered', deliver: 'delivered', fail: null },
  'not-delivered': { 'take-in-charge': 'not-delivered', deliver: null, fail: 'not-delivered' },
};

/** True for the states that end the story of a recipient. */
export function isFinal(state: RecipientState): boolean {
  return state === 'delivered' || state === 'not-delivered';
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
