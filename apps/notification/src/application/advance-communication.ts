import {
  communicationAbandoned,
  communicationDelivered,
  communicationFailed,
  communicationSubmitted,
} from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { communicationTable } from '../domain/communication.ts';
import type { CommunicationCommand, CommunicationState } from '../domain/communication.ts';
import { lockCommunication, saveState } from '../persistence/communication.store.ts';
import type { Communication, NewState } from '../persistence/communication.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Something happened to a communication. */
export interface AdvanceCommunication {
  readonly id: string;
  readonly command: CommunicationCommand;
  /** The id under which certified-mail has it. */
  readonly identificativo?: string;
  /** Why it failed or was abandoned: a refusal's code, or the words of an errore-consegna. */
  readonly reason?: string;
}

/**
 * Leads a communication to its next state and says so. What changes nothing is not said.
 * @rule COMMUNICATION-STATES
 */
export async function advanceCommunication(tx: Tx, happened: AdvanceCommunication, at: Instant): Promise<void> {
  const communication = await lockCommunication(tx, happened.id);
  if (communication === null) return;
  const state = communicationTable[communication.state][happened.command];
  if (state === communication.state) return;
  const next = changed(communication, state, happened, at);
  await saveState(tx, communication.id, next);
  const { event, data } = statementOf(communication, next);
  await append(tx, event, { key: communication.id, sequence: next.sequence, time: at, data });
}

function changed(
  communication: Communication,
  state: CommunicationState,
  { identificativo, reason, command }: AdvanceCommunication,
  at: Instant,
): NewState {
  const handedOver = identificativo !== undefined || command === 'submit' || command === 'deliver';
  const open = state === 'submitted';
  return {
    state,
    sequence: communication.sequence + 1,
    identificativo: identificativo ?? communication.identificativo,
    reason: reason ?? null,
    submittedAt: communication.submittedAt ?? (handedOver ? at : null),
    endedAt: open ? null : at,
    // Certified-mail will tell what became of a message; that a half was written, identity has still to be told.
    due: open && communication.channel !== 'pec',
  };
}

function statementOf(
  { id, holder, kind, channel, move, recipient }: Communication,
  { state, identificativo, reason }: NewState,
): { readonly event: EventDefinition; readonly data: object } {
  const data = { communication: id, holder, kind, channel, move };
  switch (state) {
    case 'submitted':
      return { event: communicationSubmitted, data: { ...data, identificativo } };
    case 'delivered':
      return { event: communicationDelivered, data: { ...data, to: recipient } };
    case 'failed':
      return { event: communicationFailed, data: { ...data, reason: reason ?? '' } };
    case 'abandoned':
      return { event: communicationAbandoned, data: { ...data, reason: reason ?? '' } };
    case 'asked':
      throw new Error('no command leads back to asked');
  }
}
