import { correlated } from '@recapito/messaging';
import { type Database, type SuiteClock, Unavailable } from '@recapito/platform';
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
 * Does what is next for one communication, if its turn has come: write it and hand it over, or tell identity that a PIN
 * half is written. The calls lie between transactions: a crash at any point leads to the same calls again, and all of
 * them may be repeated. // COMMUNICATION-TURN
 */
export async function sendCommunication(parts: SendingParts, id: string): Promise<Sent> {
  const turn = await takeTurn(parts.database.client, id);
  if (turn === null) return 'idle';
  return await correlated(turn.traceparent, async () => {
    try {
      const outcome = await carriedOut(parts, turn);
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

async function carriedOut(parts: SendingParts, turn: Communication): Promise<Outcome> {
  const { about } = turn;
  switch (about.kind) {
    case 'announcement':
    case 'welcome':
      return await submitted(parts, turn, about);
    case 'pin-first-half':
    case 'pin-second-half':
      return turn.state === 'submitted' ? await reported(parts, about) : await written(parts, turn, about);
    case 'sending-held':
      return await told(parts, turn, about);
    case 'sending-held-to-order':
      return await toldToOrder(parts, turn, about);
  }
}

async function submitted(parts: SendingParts, turn: Communication, about: CertifiedSubject): Promise<Outcome> {
  const { sender, recipient, generation } = turn;
  if (sender === null || recipient === null) throw new Error('a certified message has a sender and a box');
  const secret =
    about.kind === 'announcement' ? await parts.identity.firstAccessPassword(about.enrolment, generation) : null;
  if (isRefusal(secret)) return refused('identity', secret);
  const message = { ...turn, sender, recipient, about };
  const bytes = await composeMessage(message, textsOf(parts, turn), secret?.password ?? null);
  const answer = await parts.submissions.submit(submissionKey(turn), bytes);
  if (isRefusal(answer)) return refused('certified-mail', answer);
  return { command: 'submit', identificativo: answer.identificativo };
}

async function written(
  parts: SendingParts,
  turn: Communication,
  { kind, pin, half }: PinHalfSubject,
): Promise<Outcome> {
  const secret = await parts.identity.pinHalf(pin, half);
  if (isRefusal(secret)) return refused('identity', secret);
  const { channel, characters, recipient } = secret;
  const { codiceFiscale, nome: name, cognome: surname, contact } = recipient;
  const text = wording(textsOf(parts, turn)[kind], { characters, name, surname });
  await parts.channels.send({ id: turn.id, channel, codiceFiscale, contact, text });
  return { command: 'submit' };
}

/** A holder is told by the way that identity chose, other than the box that is held. // ABUSE-TOLD-ELSEWHERE */
async function told(
  parts: SendingParts,
  turn: Communication,
  { kind, hold, box, heldAt }: HeldBoxSubject & { readonly kind: 'sending-held' },
): Promise<Outcome> {
  const { id, channel, holder } = turn;
  if (channel === 'pec') throw new Error('whoever has the box is not told of the hold by the box');
  const recipient = await parts.identity.contact(holder, channel, hold);
  if (isRefusal(recipient)) return refused('identity', recipient);
  const { codiceFiscale, nome: name, cognome: surname, contact } = recipient;
  const text = wording(textsOf(parts, turn)[kind], { at: momentOf(heldAt), box, name, surname });
  await parts.channels.send({ id, channel, codiceFiscale, contact, text });
  return { command: 'deliver' };
}

/** The Order on whose domain the box is has an address in the provider's file. */
async function toldToOrder(
  parts: SendingParts,
  turn: Communication,
  { kind, box, heldAt, order }: HeldBoxSubject & { readonly kind: 'sending-held-to-order' },
): Promise<Outcome> {
  const { codiceFiscale, name, email: contact } = order;
  const text = wording(textsOf(parts, turn)[kind], { at: momentOf(heldAt), box, order: name });
  await parts.channels.send({ id: turn.id, channel: 'email', codiceFiscale, contact, text });
  return { command: 'deliver' };
}

/** What is written need not be given out again. */
async function reported(parts: SendingParts, { pin, half }: PinHalfSubject): Promise<Outcome> {
  const answer = await parts.identity.halfWritten(pin, half);
  return isRefusal(answer) ? refused('identity', answer) : { command: 'deliver' };
}

/** @throws Unavailable when the refusal is about the door, not about what was asked. */
function refused(service: string, { refused: code }: Refusal): Outcome {
  const command = afterRefusal(code);
  if (command === 'retry') throw new Unavailable(service, `answered ${code}`);
  return { command, reason: code };
}

function textsOf({ texts }: SendingParts, { programme }: Communication): ProgrammeTexts {
  const found = texts.get(programme);
  if (found === undefined) throw new Error(`the programme ${programme} has no texts any more`);
  return found;
}

/** Never its message, which may quote what was to be written. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
