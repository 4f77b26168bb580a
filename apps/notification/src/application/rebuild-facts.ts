import {
  actAsked,
  communicationAbandoned,
  communicationAsked,
  communicationDelivered,
  communicationFailed,
  communicationSubmitted,
} from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { decidedByOperator, ForgottenRules, rebuildForgottenAbout, repeated } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import { communicationTable } from '../domain/communication.ts';
import type { CommunicationCommand } from '../domain/communication.ts';
import { saveAskedAt, lockCommunication, saveState } from '../persistence/communication.store.ts';
import type { Tx } from '../persistence/tx.ts';

/**
 * What becomes of each fact that notification has published and its database, put back to an earlier state, has forgotten.
 * A communication is made again when what asked for it is read again; where its facts led, it is led in that very
 * transaction, so that it is never due a second time.
 * @rule COMMUNICATION-REBUILT
 */
export const notificationForgotten = new ForgottenRules<Tx>('notification', [
  repeated(communicationAsked, async (tx, { communication }, fact) => {
    if ((await lockCommunication(tx, communication)) === null) return false;
    await saveAskedAt(tx, communication, fact.time);
    return true;
  }),
  stateAfterFact(communicationSubmitted, 'submit', ({ identificativo }) => ({ identificativo })),
  stateAfterFact(communicationDelivered, 'deliver'),
  stateAfterFact(communicationFailed, 'fail', ({ reason }) => ({ reason })),
  stateAfterFact(communicationAbandoned, 'abandon', ({ reason }) => ({ reason })),
  decidedByOperator(actAsked('notification.readings.v1')),
]);

/**
 * A communication is there again: it is led to where its facts had led it. @returns whether it had been asked for before,
 * as they say.
 */
export async function rebuildCommunication(tx: Tx, key: string): Promise<boolean> {
  const rebuild = (own: Tx, fact: ForgottenFact) => notificationForgotten.rebuild(own, fact);
  const facts = await rebuildForgottenAbout(tx, rebuild, { topic: communicationAsked.topic, key });
  return facts.some(({ type }) => type === communicationAsked.type);
}

/** What a fact says of a communication beside its state. */
interface Said {
  readonly identificativo?: string | null;
  readonly reason?: string;
}

/** Leads a communication to the state that the fact says, at the fact's instant. */
function stateAfterFact<Data extends { communication: string }>(
  event: EventDefinition<Data>,
  command: CommunicationCommand,
  said: (data: Data) => Said = () => ({}),
) {
  return repeated<Tx, Data>(event, async (tx, data, { sequence, time }) => {
    const before = await lockCommunication(tx, data.communication);
    if (before === null) return false;
    const state = communicationTable[before.state][command];
    if (state === before.state) return true;
    const { identificativo, reason } = said(data);
    const handedOver = command === 'submit' || command === 'deliver';
    await saveState(tx, before.id, {
      state,
      sequence: Math.max(before.sequence, sequence),
      identificativo: identificativo ?? before.identificativo,
      reason: reason ?? null,
      submittedAt: before.submittedAt ?? (handedOver ? time : null),
      endedAt: state === 'submitted' ? null : time,
      due: state === 'submitted' && before.channel !== 'pec',
    });
    return true;
  });
}
