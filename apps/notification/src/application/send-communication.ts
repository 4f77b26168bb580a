import { correlated } from '@recapito/messaging';
import { type Database } from '@recapito/database';
import { type SuiteClock, Unavailable } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { Submissions } from '../certified-mail/submissions.ts';
import type { Channels } from '../channels/channels.ts';
import { submissionKey } from '../domain/communication.ts';
import type { CertifiedSubject, HeldBoxSubject, PinHalfSubject } from '../domain/communication.ts';
import { afterRefusal, pauseAfter } from '../domain/hindrance.ts';
import { momentOf, wording } from '../domain/wording.ts';
import type { IdentityCalls } from '../identity/identity-calls.ts';
import { composeMessage } from '../mail/compose-message.ts';
import { postpone, takeTurn } from '../persistence/communication.store.ts';
import type { Communication } from '../persistence/communication.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { ProgrammeTexts } from '../programme/texts.ts';
import { advanceCommunication } from './advance-communication.ts';
import type { AdvanceCommunication } from './advance-communication.ts';

/** What sending works with: the rows, the clock, and the three neighbours outside. */
export class SendingParts {
  constructor(
    readonly database: Database<PrismaClient>,
    readonly clock: SuiteClock,
    readonly identity: IdentityCalls,
    readonly submissions: Submissions,
    readonly channels: Channels,
    readonly texts: ReadonlyMap<string, ProgrammeTexts>,
  ) {}
}

/** `idle`: nothing was due; `settled`: it is one state further; else what stood in the way, and it will be tried again. */
export type Sent = 'idle' | 'settled' | { readonly hindered: unknown };

type Outcome = Omit<AdvanceCommunication, 'id'>;

/**
 * Takes the next step of one communication, if it is due: composes and submits it, or confirms to identity that a PIN half
 * was sent. The calls lie between transactions: after a crash at any point the same calls are made again, and all of them
 * are idempotent.
 * @rule COMMUNICATION-TURN
 */
export async function sendCommunication(parts: SendingParts, id: string): Promise<Sent> {
  const turn = await takeTurn(parts.database.client, id);
  if (turn === null) return 'idle';
  return await correlated(turn.traceparent, async () => {
    try {
      const outcome = await perform(parts, turn);
      const at = parts.clock.now();
      await parts.database.transaction((tx) => advanceCommunication(tx, { id, ...outcome }, at));
      return 'settled';
    } catch (error) {
      const hindrance = error instanceof Unavailable ? error.message : nameOf(error);
      const pause = { pauseMs: pauseAfter(turn.attempts), hindrance };
      await parts.database.transaction((tx) => postpone(tx, turn, pause));
      return { hindered: error };
    }
  });
}

async function perform(parts: SendingParts, turn: Communication): Promise<Outcome> {
  const { about } = turn;
  switch (about.kind) {
    case 'announcement':
    case 'welcome':
      return await submitCertifiedMessage(parts, turn, about);
    case 'pin-first-half':
    case 'pin-second-half':
      return turn.state === 'submitted'
        ? await confirmPinHalfSent(parts, about)
        : await sendPinHalf(parts, turn, about);
    case 'sending-held':
      return await notifyHolder(parts, turn, about);
    case 'sending-held-to-order':
      return await notifyOrder(parts, turn, about);
  }
}

async function submitCertifiedMessage(
  parts: SendingParts,
  turn: Communication,
  about: CertifiedSubject,
): Promise<Outcome> {
  const { sender, recipient, generation } = turn;
  if (sender === null || recipient === null) throw new Error('a certified message has a sender and a box');
  const secret =
    about.kind === 'announcement' ? await parts.identity.firstAccessPassword(about.enrolment, generation) : null;
  if (isRefusal(secret)) return outcomeOfRefusal('identity', secret);
  const message = { ...turn, sender, recipient, about };
  const bytes = await composeMessage(message, textsOf(parts, turn), secret?.password ?? null);
  const answer = await parts.submissions.submit(submissionKey(turn), bytes);
  if (isRefusal(answer)) return outcomeOfRefusal('certified-mail', answer);
  return { command: 'submit', identificativo: answer.identificativo };
}

async function sendPinHalf(
  parts: SendingParts,
  turn: Communication,
  { kind, pin, half }: PinHalfSubject,
): Promise<Outcome> {
  const secret = await parts.identity.pinHalf(pin, half);
  if (isRefusal(secret)) return outcomeOfRefusal('identity', secret);
  const { channel, characters, recipient } = secret;
  const { codiceFiscale, nome: name, cognome: surname, contact } = recipient;
  const text = wording(textsOf(parts, turn)[kind], { characters, name, surname });
  await parts.channels.send({ id: turn.id, channel, codiceFiscale, contact, text });
  return { command: 'submit' };
}

/**
 * Notifies a holder by the channel that identity chose, other than the box that is held.
 * @rule ABUSE-TOLD-ELSEWHERE
 */
async function notifyHolder(
  parts: SendingParts,
  turn: Communication,
  { kind, hold, box, heldAt }: HeldBoxSubject & { readonly kind: 'sending-held' },
): Promise<Outcome> {
  const { id, channel, holder } = turn;
  if (channel === 'pec') throw new Error('the holder of a held box is notified by another channel');
  const recipient = await parts.identity.contact(holder, channel, hold);
  if (isRefusal(recipient)) return outcomeOfRefusal('identity', recipient);
  const { codiceFiscale, nome: name, cognome: surname, contact } = recipient;
  const text = wording(textsOf(parts, turn)[kind], { at: momentOf(heldAt), box, name, surname });
  await parts.channels.send({ id, channel, codiceFiscale, contact, text });
  return { command: 'deliver' };
}

/** Notifies the Order on whose domain the box is, at the address in the provider's file. */
async function notifyOrder(
  parts: SendingParts,
  turn: Communication,
  { kind, box, heldAt, order }: HeldBoxSubject & { readonly kind: 'sending-held-to-order' },
): Promise<Outcome> {
  const { codiceFiscale, name, email: contact } = order;
  const text = wording(textsOf(parts, turn)[kind], { at: momentOf(heldAt), box, order: name });
  await parts.channels.send({ id: turn.id, channel: 'email', codiceFiscale, contact, text });
  return { command: 'deliver' };
}

/** Confirms to identity that a PIN half was sent, so that it is given out no more. */
async function confirmPinHalfSent(parts: SendingParts, { pin, half }: PinHalfSubject): Promise<Outcome> {
  const answer = await parts.identity.confirmHalfWritten(pin, half);
  return isRefusal(answer) ? outcomeOfRefusal('identity', answer) : { command: 'deliver' };
}

/** @throws Unavailable when the refusal is about the door, not about what was asked. */
function outcomeOfRefusal(service: string, { refused: code }: Refusal): Outcome {
  const command = afterRefusal(code);
  if (command === 'retry') throw new Unavailable(service, `answered ${code}`);
  return { command, reason: code };
}

function textsOf({ texts }: SendingParts, { programme }: Communication): ProgrammeTexts {
  const found = texts.get(programme);
  if (found === undefined) throw new Error(`the programme ${programme} has no texts any more`);
  return found;
}

/** The name of an error, never its message, which may quote a secret. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
