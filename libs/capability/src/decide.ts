import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { refusalByState } from './box-states.ts';
import type { StateRefusal } from './box-states.ts';
import { refusalByCircuit } from './circuit.ts';
import type { CircuitRefusal } from './circuit.ts';
import type { CalendarRefusal, CompiledCalendar } from './compiled-calendar.ts';
import type { MailboxState, PartyClass, Verb } from './verbs.ts';

/** May this be done with this mailbox at this instant? */
export interface Question {
  /** The armed calendar of the box's service. */
  readonly calendar: CompiledCalendar;
  /** Null when the person has no box of this service. */
  readonly mailboxState: MailboxState | null;
  readonly verb: Verb;
  /** When the request arrived, by the suite's clock. */
  readonly at: Instant;
  /** What identity said when the holder proved who they are; left out where nobody logs in. */
  readonly holderBlocked?: boolean;
  /** Who is at the other end; left out while it is not known yet, and then the circuit is not judged. */
  readonly party?: PartyClass;
  /** For `receive-receipt`: when the box last sent a message, null when it never did. */
  readonly lastSentAt?: Instant | null;
}

export interface Allowed {
  readonly allowed: true;
}

export type Denial =
  | CalendarRefusal
  | StateRefusal
  | CircuitRefusal
  | Refusal<'holder/blocked'>
  | Refusal<'mailbox/no-receipt-awaited'>;

const allowed: Allowed = Object.freeze({ allowed: true });

/** How long after its last message a box still takes in receipts: the time in which the last of them is due. */
const receiptsFor = 24 * 3_600_000;

/** What needs the holder to log in. A new password is not among them: a second proof is how a block ends. */
const needsHolder: ReadonlySet<Verb> = new Set<Verb>([
  'open-mailbox',
  'read',
  'export',
  'send',
  'change-settings',
  'delete-message',
  'withdraw',
  'request-log',
  'claim-free-pec',
]);

const blocked: Denial = refuse('holder/blocked', 'HOLDER-BLOCKED', {
  it: 'Per sicurezza l’accesso del titolare è bloccato per il momento, come dopo troppi tentativi non riusciti.',
  en: 'For safety the holder’s access is blocked for now, as it is after too many failed attempts.',
});

const noReceiptAwaited: Denial = refuse('mailbox/no-receipt-awaited', 'BOX-RECEIPTS-24H', {
  it: 'La casella non attende più ricevute: sono passate oltre 24 ore dall’ultimo messaggio inviato.',
  en: 'The mailbox awaits no more receipts: over 24 hours have passed since it last sent a message.',
});

/**
 * The one answer that every door gives. Judged in this order, the first "no" is said: the service's calendar, the
 * state of the box, the holder's block, the circuit. Compares integers and looks up tables; allocates nothing.
 *
 * When to ask: `send` once, at the end of DATA; `receive` once, when the incoming point answers the end of DATA (inside
 * one provider: at hand-over); `export` when it is asked for. What was taken on before a bound is completed after it.
 */
export function decide(question: Question): Allowed | Denial {
  const { mailboxState, verb } = question;
  return (
    (verb === 'receive-receipt' ? null : refusalByCalendar(question.calendar, verb, question.at)) ??
    refusalByState(mailboxState, verb) ??
    (verb === 'receive-receipt' ? refusalOfReceipt(question) : null) ??
    (question.holderBlocked === true && needsHolder.has(verb) ? blocked : null) ??
    (question.party === undefined ? null : refusalByCircuit(question.calendar.circuit, verb, question.party)) ??
    allowed
  );
}

function refusalByCalendar(
  calendar: CompiledCalendar,
  verb: Exclude<Verb, 'receive-receipt'>,
  at: Instant,
): CalendarRefusal | null {
  const window = calendar.verbs[verb];
  if (at < window.opensAt) return window.before;
  return at < window.closesAt ? null : window.after;
}

/** Receipts and notices about what a box sent may enter for 24 hours after its last message, whatever the phase. */
function refusalOfReceipt({ at, lastSentAt }: Question): Denial | null {
  const awaited = lastSentAt !== undefined && lastSentAt !== null && at < lastSentAt + receiptsFor;
  return awaited ? null : noReceiptAwaited;
}
