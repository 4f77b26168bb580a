import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Channel, CommunicationKind, CommunicationState, Subject } from '../domain/communication.ts';
import type { Communication as Row } from './generated/client.ts';
import type { Tx } from './tx.ts';

/** A communication as it is kept. `next_try_at` is the business of the statements below alone. */
export interface Communication {
  readonly id: string;
  readonly kind: CommunicationKind;
  readonly channel: Channel;
  readonly programme: string;
  readonly holder: string;
  readonly move: string | null;
  readonly generation: number;
  readonly about: Subject;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly state: CommunicationState;
  readonly sequence: number;
  readonly identificativo: string | null;
  readonly reason: string | null;
  readonly askedAt: Instant;
  readonly submittedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly attempts: number;
  readonly hindrance: string | null;
  readonly traceparent: string;
}

/** The lease of a try: a process that has not settled it by then counts as dead, and the next try begins. */
const turnMs = 8_000;

/** Keeps a communication that was asked for; false when it is there already. It is due at once. */
export async function insertCommunication(
  tx: Tx,
  asked: Pick<
    Communication,
    | 'id'
    | 'kind'
    | 'channel'
    | 'programme'
    | 'holder'
    | 'move'
    | 'generation'
    | 'about'
    | 'sender'
    | 'recipient'
    | 'askedAt'
    | 'traceparent'
  >,
): Promise<boolean> {
  const { askedAt, about, ...columns } = asked;
  const data = { ...columns, about: { ...about }, askedAt: new Date(askedAt), state: 'asked', sequence: 1 };
  const { count } = await tx.communication.createMany({ data: [data], skipDuplicates: true });
  return count === 1;
}

export async function findCommunication(tx: Tx, id: string): Promise<Communication | null> {
  const row = await tx.communication.findUnique({ where: { id } });
  return row && fromRow(row);
}

/** The communication, its row locked until the transaction ends. */
export async function lockCommunication(tx: Tx, id: string): Promise<Communication | null> {
  await tx.$queryRaw`SELECT 1 FROM communication WHERE id = ${id}::uuid FOR UPDATE`;
  return findCommunication(tx, id);
}

/** Since when a communication is asked for, as its fact says. */
export async function saveAskedAt(tx: Tx, id: string, at: Instant): Promise<void> {
  await tx.$executeRaw`UPDATE communication SET asked_at = ${dateOf(at)}::timestamptz WHERE id = ${id}::uuid`;
}

/** What a change of state leaves behind. */
export interface NewState {
  readonly state: CommunicationState;
  readonly sequence: number;
  readonly identificativo: string | null;
  readonly reason: string | null;
  readonly submittedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Whether we have something more to do for it, at once. */
  readonly due: boolean;
}

/** Keeps the new state of a locked communication. */
export async function saveState(tx: Tx, id: string, next: NewState): Promise<void> {
  await tx.$executeRaw`
    UPDATE communication
       SET state = ${next.state}, sequence = ${next.sequence}, identificativo = ${next.identificativo},
           reason = ${next.reason}, submitted_at = ${dateOf(next.submittedAt)}::timestamptz,
           ended_at = ${dateOf(next.endedAt)}::timestamptz, attempts = 0, hindrance = NULL,
           next_try_at = CASE WHEN ${next.due} THEN clock_timestamp() END
     WHERE id = ${id}::uuid`;
}

/**
 * Takes the turn to try a communication, if it is due: until the turn is over nobody else gets it. A turn that is not
 * settled, because its process died, is followed by another.
 * @returns the communication with this try counted, or null when there is nothing to do.
 * @rule COMMUNICATION-TURN
 */
export async function takeTurn(tx: Tx, id: string): Promise<Communication | null> {
  const taken = await tx.$executeRaw`
    UPDATE communication
       SET attempts = attempts + 1, next_try_at = clock_timestamp() + make_interval(secs => ${turnMs / 1000})
     WHERE id = ${id}::uuid AND next_try_at <= clock_timestamp()`;
  return taken === 1 ? findCommunication(tx, id) : null;
}

/** Ends a turn in vain: the next try is due after `pauseMs`. A turn that another has followed ends nothing. */
export async function postpone(
  tx: Tx,
  turn: Communication,
  { pauseMs, hindrance }: { readonly pauseMs: number; readonly hindrance: string },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE communication
       SET next_try_at = clock_timestamp() + make_interval(secs => ${pauseMs / 1000}), hindrance = ${hindrance}
     WHERE id = ${turn.id}::uuid AND state = ${turn.state} AND attempts = ${turn.attempts} AND next_try_at IS NOT NULL`;
}

function fromRow(row: Row): Communication {
  // The columns hold what the functions of this file wrote, nothing else.
  return {
    ...row,
    kind: row.kind as CommunicationKind,
    channel: row.channel as Channel,
    about: row.about as object as Subject,
    state: row.state as CommunicationState,
    askedAt: instant(row.askedAt.getTime()),
    submittedAt: instantOf(row.submittedAt),
    endedAt: instantOf(row.endedAt),
  };
}

function dateOf(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function instantOf(date: Date | null): Instant | null {
  return date === null ? null : instant(date.getTime());
}
