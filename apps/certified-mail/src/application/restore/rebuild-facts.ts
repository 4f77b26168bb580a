import {
  actAsked,
  anomalyEnclosed,
  arrivalRepeated,
  arrivedInClear,
  envelopeArrived,
  envelopeDispatched,
  messageAccepted,
  messageDelivered,
  messageHandedOver,
  messageNotDelivered,
  messageRefused,
  originalLost,
  receiptCarried,
  receiptDoubted,
  receiptOverdue,
  receiptUnplaced,
  releaseAsked,
  releaseWithdrawn,
  sendingHeld,
  sendingReleased,
  takenInCharge,
  timeLimitPassed,
  virusDetected,
} from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { decidedByOperator, ForgottenRules, nothingKept, repeated } from '@recapito/messaging';
import type { RecipientCommand } from '../../domain/recipient.ts';
import type { Instant } from '@recapito/primitives';
import type { NewEmission } from '../../persistence/emission.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import { ReceiptsAgain } from './receipts-again.ts';
import { lockKnownMessage } from '../../persistence/message.store.ts';
import { raiseMessageNumber } from '../../persistence/forgotten.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { repeatAcceptance } from './rebuild-acceptance.ts';
import type { RebuildParts } from './rebuild-acceptance.ts';
import { repeatHold, repeatRelease, repeatRequest, requestOf } from './rebuild-holds.ts';
import { repeatOutcome } from './rebuild-outcomes.ts';

/**
 * What becomes of each fact that certified-mail has published and its database, put back to an earlier state, has
 * forgotten: accepted messages go on, what has an outcome keeps it, held boxes stay held, and no receipt is made a second
 * time.
 * @param partsOf what is read when the first fact needs it.
 * @rule MAIL-REBUILDS
 */
export function certifiedMailForgotten(partsOf: () => Promise<RebuildParts>): ForgottenRules<Tx> {
  const comesTo = <Data>(
    event: EventDefinition<Data>,
    command: RecipientCommand,
    addressesOf: (data: Data) => readonly string[],
    receiptOf: (again: ReceiptsAgain, message: KnownMessage, data: Data, at: Instant) => NewEmission | null = () =>
      null,
  ) =>
    repeated<Tx, Data>(event, async (tx, data, fact) => {
      const { installation } = await partsOf();
      const again = new ReceiptsAgain(installation);
      const outcome = {
        addresses: addressesOf(data),
        command,
        isOwn: (provider: string) => installation.providerNamed(provider) !== undefined,
        receiptOf: (message: KnownMessage) => receiptOf(again, message, data, fact.time),
      };
      return repeatOutcome(tx, outcome, fact);
    });
  const consegna = (data: { readonly consegna: string }) => [data.consegna];
  return new ForgottenRules<Tx>('certified-mail', [
    repeated(messageAccepted, async (tx, data, fact) => repeatAcceptance(tx, await partsOf(), data, fact)),
    repeated(envelopeDispatched, async (tx, _data, { key, sequence }) => {
      await raiseMessageNumber(tx, key, sequence);
      return (await lockKnownMessage(tx, key)) !== undefined;
    }),
    comesTo(takenInCharge, 'take-in-charge', ({ ricezione }) => ricezione),
    comesTo(messageDelivered, 'deliver', consegna, (again, ...made) => again.delivery(...made)),
    comesTo(messageNotDelivered, 'fail', consegna, (again, ...made) => again.failure(...made)),
    comesTo(messageHandedOver, 'hand-over', consegna),
    comesTo(timeLimitPassed, 'pass-limit', consegna, (again, ...made) => again.limit(...made)),
    // These left nothing that is needed again.
    ...[receiptCarried, receiptDoubted, arrivalRepeated, arrivedInClear].map(nothingKept),
    // A notice may not have left, an arrival of another provider or its file may be gone.
    ...[messageRefused, envelopeArrived, virusDetected, anomalyEnclosed].map(decidedByOperator),
    ...[receiptUnplaced, originalLost, receiptOverdue].map(decidedByOperator),
    repeated(sendingHeld, repeatHold),
    repeated(releaseAsked, (tx, data, fact) =>
      repeatRequest(tx, { hold: data.hold, request: requestOf(data, fact) }, fact),
    ),
    repeated(releaseWithdrawn, (tx, { hold }, fact) => repeatRequest(tx, { hold, request: null }, fact)),
    repeated(sendingReleased, repeatRelease),
    decidedByOperator(actAsked('certified-mail.readings.v1')),
  ]);
}
