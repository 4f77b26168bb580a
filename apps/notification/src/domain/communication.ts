import { derivedId } from '@recapito/primitives';
import type { Instant, Uuid } from '@recapito/primitives';

export const communicationStates = ['asked', 'submitted', 'delivered', 'failed', 'abandoned'] as const;
export type CommunicationState = (typeof communicationStates)[number];

/**
 * `submit`: it was handed to certified-mail, or to its courtesy channel; `deliver`: it reached the box, or the last mile
 * that we see; `fail`: it came back; `abandon`: before it was handed over, nobody needs it any more.
 */
export const communicationCommands = ['submit', 'deliver', 'fail', 'abandon'] as const;
export type CommunicationCommand = (typeof communicationCommands)[number];

/**
 * The whole life of a communication; a command that leads to the state at hand changes nothing. What happened to the
 * message outdoes what we thought of it: a delivery is recorded even of one that we had given up, for instance when a
 * crash hid that it was handed over.
 * @rule COMMUNICATION-STATES
 */
export const communicationTable: Readonly<
  Record<CommunicationState, Readonly<Record<CommunicationCommand, CommunicationState>>>
> = {
  asked: { submit: 'submitted', deliver: 'delivered', fail: 'failed', abandon: 'abandoned' },
  submitted: { submit: 'submitted', deliver: 'delivered', fail: 'failed', abandon: 'submitted' },
  delivered: { submit: 'delivered', deliver: 'delivered', fail: 'delivered', abandon: 'delivered' },
  failed: { submit: 'failed', deliver: 'delivered', fail: 'failed', abandon: 'failed' },
  abandoned: { submit: 'submitted', deliver: 'delivered', fail: 'failed', abandon: 'abandoned' },
};

export const communicationKinds = [
  'announcement',
  'welcome',
  'pin-first-half',
  'pin-second-half',
  'sending-held',
  'sending-held-to-order',
] as const;
export type CommunicationKind = (typeof communicationKinds)[number];

/** Certified mail, or one of the ways of a courtesy message. */
export type Channel = 'pec' | 'sms' | 'email' | 'posta' | 'sportello';

/** What a certified message speaks of. Its secret, where it has one, is taken from identity when it is written. */
export type CertifiedSubject =
  | {
      readonly kind: 'announcement';
      readonly enrolment: string;
      readonly oldAddress: string;
      readonly userId: string;
      /** The bound of the campaign, exclusive. */
      readonly until: Instant;
    }
  | { readonly kind: 'welcome'; readonly oldAddress: string; readonly newAddress: string };

/** Which half of which PIN a courtesy message carries. */
export interface PinHalfSubject {
  readonly kind: 'pin-first-half' | 'pin-second-half';
  readonly pin: string;
  readonly half: 1 | 2;
}

/** A box is held for abuse: its holder is notified, and the Order on whose domain it is. */
export type HeldBoxSubject =
  | { readonly kind: 'sending-held'; readonly hold: string; readonly box: string; readonly heldAt: Instant }
  | {
      readonly kind: 'sending-held-to-order';
      readonly box: string;
      readonly heldAt: Instant;
      /** An Order of a profession, by the codice fiscale of a body. */
      readonly order: { readonly codiceFiscale: string; readonly name: string; readonly email: string };
    };

/** All that can be spoken of. */
export type Subject = CertifiedSubject | PinHalfSubject | HeldBoxSubject;

/**
 * The id of a communication: the same notice has the same id however often it is asked for.
 * @param about the move, the PIN, or the hold.
 * @param generation from 1; only an operator's re-issue raises it.
 * @rule COMMUNICATION-ONCE
 */
export function communicationId(kind: CommunicationKind, about: string, generation: number): Uuid {
  return derivedId('communication', kind, about, String(generation));
}

/**
 * By what name certified-mail knows the request to send it, however often it is sent.
 * @rule COMMUNICATION-ONCE
 */
export function submissionKey({ id, generation }: { readonly id: string; readonly generation: number }): string {
  return `${id}.${generation}`;
}

/** The client's Message-ID, with its angle brackets, under the domain of the address that sends. */
export function messageIdOf(
  communication: { readonly id: string; readonly generation: number },
  sender: string,
): string {
  return `<${submissionKey(communication)}@${sender.slice(sender.lastIndexOf('@') + 1)}>`;
}

/** The communication that a Message-ID names; null when it is none of ours by its form. */
export function communicationNamed(messageId: string): string | null {
  const found = /^<([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.\d+@[^@<>\s]+>$/.exec(messageId);
  return found?.[1] ?? null;
}
