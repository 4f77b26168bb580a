import { refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';
import { mailboxStates, verbs } from './verbs.ts';
import type { MailboxState, Verb } from './verbs.ts';

export type StateRefusal = Refusal<'mailbox/state-forbids' | 'mailbox/already-held' | 'mailbox/none'>;

/**
 * What each state lets one do while the service's calendar is open. What a line does not name is refused.
 * Receipts are kept out of deleted boxes only: a box that never sent awaits none, and `decide` asks when it last did.
 */
const rights: Readonly<Record<MailboxState, readonly Verb[]>> = {
  requested: ['complete-recognition', 'receive-receipt'],
  // Kept for a holder whose move is open: it becomes active by the switch and by nothing that the holder does to it.
  reserved: ['receive-receipt'],
  active: [
    'open-mailbox',
    'read',
    'export',
    'send',
    'receive',
    'receive-receipt',
    'change-settings',
    'reset-password',
    'delete-message',
    'withdraw',
    'request-log',
    'claim-free-pec',
  ],
  // Nobody enters and no mail passes, but the holder's own rights (to leave, to have the log) are not the provider's.
  suspended: ['receive-receipt', 'withdraw', 'request-log', 'claim-free-pec'],
  // As in the receive-only phase of a service, for one box: what is in it may be consulted and saved, not emptied.
  'receive-only': [
    'open-mailbox',
    'read',
    'export',
    'receive',
    'receive-receipt',
    'reset-password',
    'withdraw',
    'request-log',
    'claim-free-pec',
  ],
  // The old box after a switch.
  'read-only': [
    'open-mailbox',
    'read',
    'export',
    'receive-receipt',
    'reset-password',
    'withdraw',
    'request-log',
    'claim-free-pec',
  ],
  // The time to be recognised ran out, so there never was a mailbox to enter; one may ask afresh.
  expired: ['request', 'receive-receipt', 'request-log'],
  closed: ['request', 'receive-receipt', 'request-log'],
  // How long one who withdrew may not ask again is identity's to say.
  withdrawn: ['request', 'receive-receipt', 'request-log'],
  // The trace outlives the box, and with it the right to see it.
  deleted: ['request', 'request-log'],
};

const rulings: Readonly<Record<MailboxState, { readonly rule: string; readonly words: Words }>> = {
  requested: {
    rule: 'BOX-REQUESTED',
    words: {
      it: 'La casella è stata richiesta ma non è ancora attiva: il titolare deve prima essere riconosciuto.',
      en: 'The mailbox has been asked for but is not active yet: its holder must be recognised first.',
    },
  },
  reserved: {
    rule: 'BOX-RESERVED',
    words: {
      it: 'L’indirizzo è riservato al titolare ma la casella non è ancora attiva.',
      en: 'The address is reserved for its holder, but the mailbox is not active yet.',
    },
  },
  active: {
    rule: 'BOX-ACTIVE',
    words: {
      it: 'La casella è già attiva: non c’è alcun riconoscimento da completare.',
      en: 'The mailbox is active already: there is no recognition to complete.',
    },
  },
  suspended: {
    rule: 'BOX-SUSPENDED',
    words: {
      it: 'La casella è sospesa: non si può accedere, inviare né ricevere finché la sospensione dura.',
      en: 'The mailbox is suspended: while that lasts nobody can enter it, send from it or write to it.',
    },
  },
  'receive-only': {
    rule: 'BOX-RECEIVE-ONLY',
    words: {
      it: 'La casella è in sola ricezione: i messaggi arrivano e si possono leggere e salvare, non inviare né cancellare.',
      en: 'The mailbox is receive-only: messages arrive and can be read and saved, but not sent or deleted.',
    },
  },
  'read-only': {
    rule: 'BOX-READ-ONLY',
    words: {
      it: 'La casella è in sola lettura: i messaggi si possono leggere e salvare, non inviare, ricevere né cancellare.',
      en: 'The mailbox is read-only: messages can be read and saved, but not sent, received or deleted.',
    },
  },
  expired: {
    rule: 'BOX-EXPIRED',
    words: {
      it: 'La richiesta della casella è scaduta: per averne una occorre una nuova richiesta.',
      en: 'The request for this mailbox has expired: to have one, a new request is needed.',
    },
  },
  closed: {
    rule: 'BOX-CLOSED',
    words: { it: 'La casella è chiusa.', en: 'The mailbox is closed.' },
  },
  withdrawn: {
    rule: 'BOX-WITHDRAWN',
    words: {
      it: 'Il titolare ha esercitato il recesso: la casella non esiste più.',
      en: 'The holder has withdrawn from the service: the mailbox no longer exists.',
    },
  },
  deleted: {
    rule: 'BOX-DELETED',
    words: { it: 'La casella è stata eliminata.', en: 'The mailbox has been deleted.' },
  },
};

const alreadyHeld: StateRefusal = refuse('mailbox/already-held', 'BOX-ONE-EACH', {
  it: 'Una casella di questo servizio c’è già, o è stata già richiesta: ne spetta una sola.',
  en: 'There is a mailbox of this service already, or a request for one: each person may have one only.',
});

const noBox: StateRefusal = refuse('mailbox/none', 'BOX-NONE', {
  it: 'Non c’è alcuna casella di questo servizio.',
  en: 'There is no mailbox of this service.',
});

/** The answer of every state to every verb, made once: null where it lets it pass. */
const answers = Object.fromEntries(
  mailboxStates.map((state) => [state, Object.fromEntries(verbs.map((verb) => [verb, answer(state, verb)]))]),
) as Readonly<Record<MailboxState, Readonly<Record<Verb, StateRefusal | null>>>>;

/** Why a box in this state (null: there is no box) does not let the verb pass, or null when it does. */
export function refusalByState(state: MailboxState | null, verb: Verb): StateRefusal | null {
  if (state === null) return verb === 'request' ? null : noBox;
  return answers[state][verb];
}

function answer(state: MailboxState, verb: Verb): StateRefusal | null {
  if (rights[state].includes(verb)) return null;
  if (verb === 'request') return alreadyHeld;
  const { rule, words } = rulings[state];
  return refuse('mailbox/state-forbids', rule, words, { state, verb });
}
