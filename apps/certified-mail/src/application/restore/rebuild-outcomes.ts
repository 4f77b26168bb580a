import type { ForgottenFact } from '@recapito/messaging';
import { isRefusal } from '@recapito/primitives';
import { follow, isFinal } from '../../domain/recipient.ts';
import type { RecipientCommand } from '../../domain/recipient.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import type { NewEmission } from '../../persistence/emission.store.ts';
import { restorePlacementEnds, raiseMessageNumber, narrowEnvelopes } from '../../persistence/forgotten.store.ts';
import { lockKnownMessage } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import { lockSubmission, setRecipientState, setSubmissionState } from '../../persistence/submission.store.ts';
import type { Followed } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';

/** What a forgotten fact says of some recipients of a message. */
export interface OutcomeAgain {
  readonly addresses: readonly string[];
  readonly command: RecipientCommand;
  /** Whether a provider is one of this installation: what it took in charge and has not delivered is sent to it once more. */
  readonly isOwn: (provider: string) => boolean;
  /** The receipt or notice that was made with the fact: due again; it is not put into its box a second time. */
  readonly receiptOf: (message: KnownMessage) => NewEmission | null;
}

/**
 * Something happened to recipients of a message: they come as far as the fact says, at its instant, and nothing that has
 * come of it is done again. False when the message is not known, or
 * when the fact contradicts an outcome.
 * @rule MAIL-REBUILDS
 */
export async function repeatOutcome(tx: Tx, outcome: OutcomeAgain, fact: ForgottenFact): Promise<boolean> {
  const { command } = outcome;
  const addresses = outcome.addresses.map((address) => address.toLowerCase());
  const message = await lockKnownMessage(tx, fact.key);
  if (message === undefined) return false;
  await raiseMessageNumber(tx, fact.key, fact.sequence);
  if (command === 'deliver') await restorePlacementEnds(tx, fact.key, addresses, 'place');
  if (command === 'fail') await restorePlacementEnds(tx, fact.key, addresses, 'return');
  const submission = await lockSubmission(tx, fact.key);
  if (submission !== undefined && !(await repeatFor(tx, submission, { ...outcome, addresses }, fact))) return false;
  const receipt = outcome.receiptOf(message);
  if (receipt !== null) await addEmissions(tx, [receipt]);
  return true;
}

async function repeatFor(
  tx: Tx,
  { state, recipients }: Followed,
  { addresses, command, isOwn }: OutcomeAgain,
  { key, time }: ForgottenFact,
): Promise<boolean> {
  const states = new Map(recipients.map((each) => [each.address, each.state]));
  for (const each of recipients.filter(({ address }) => addresses.includes(address))) {
    const next = follow(each.state, command);
    if (isRefusal(next)) return false;
    if (next !== each.state) await setRecipientState(tx, key, each, next, time);
    states.set(each.address, next);
  }
  const settled = recipients.filter(({ address, provider }) => {
    const now = states.get(address) ?? 'dispatched';
    return isFinal(now) || (now === 'taken-in-charge' && !isOwn(provider));
  });
  await narrowEnvelopes(
    tx,
    key,
    settled.map(({ address }) => address),
  );
  if (state === 'accepted' && [...states.values()].every(isFinal)) await setSubmissionState(tx, key, 'concluded');
  return true;
}
