import type { MailboxState } from '@recapito/capability';
import { refuse } from '@recapito/primitives';
import type { Refusal, StateTable } from '@recapito/primitives';

/** What can happen to a box. A boundary of the calendar is not among them: what the calendar closes, nobody closes. */
export const mailboxCommands = [
  'reserve',
  'activate',
  'suspend',
  'resume',
  'limit-to-receiving',
  'limit-to-reading',
  'expire',
  'close',
  'withdraw',
  'delete',
] as const;

export type MailboxCommand = (typeof mailboxCommands)[number];

/**
 * From each state, where each command leads; null where it is refused.
 * @rule BOX-LIFE
 */
export const mailboxLife: StateTable<MailboxState, MailboxCommand> = {
  requested: {
    reserve: 'reserved',
    activate: 'active',
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: 'expired',
    close: 'closed',
    withdraw: 'withdrawn',
    delete: null,
  },
  reserved: {
    reserve: null,
    activate: 'active',
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: 'expired',
    close: 'closed',
    withdraw: 'withdrawn',
    delete: null,
  },
  active: {
    reserve: null,
    activate: null,
    suspend: 'suspended',
    resume: null,
    'limit-to-receiving': 'receive-only',
    'limit-to-reading': 'read-only',
    expire: null,
    close: 'closed',
    withdraw: 'withdrawn',
    delete: null,
  },
  suspended: {
    reserve: null,
    activate: null,
    suspend: null,
    resume: 'active',
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: null,
    close: 'closed',
    withdraw: 'withdrawn',
    delete: null,
  },
  'receive-only': {
    reserve: null,
    activate: null,
    suspend: null,
    resume: 'active',
    'limit-to-receiving': null,
    'limit-to-reading': 'read-only',
    expire: null,
    close: 'closed',
    withdraw: 'withdrawn',
    delete: null,
  },
  // A box that was moved away from never sends again: its holder has another address that does.
  'read-only': {
    reserve: null,
    activate: null,
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: null,
    close: 'closed',
    withdraw: 'withdrawn',
    delete: null,
  },
  // A request that nobody completed in time; there never was anything to keep.
  expired: {
    reserve: null,
    activate: null,
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: null,
    close: null,
    withdraw: null,
    delete: 'deleted',
  },
  closed: {
    reserve: null,
    activate: null,
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: null,
    close: null,
    withdraw: null,
    delete: 'deleted',
  },
  withdrawn: {
    reserve: null,
    activate: null,
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: null,
    close: null,
    withdraw: null,
    delete: 'deleted',
  },
  // The row stays for ever, so that the address is never given again.
  deleted: {
    reserve: null,
    activate: null,
    suspend: null,
    resume: null,
    'limit-to-receiving': null,
    'limit-to-reading': null,
    expire: null,
    close: null,
    withdraw: null,
    delete: null,
  },
};

/** The state a box comes to. Refusal: `mailbox/not-in-that-state`, with the state and the command in `details`. */
export function nextState(
  state: MailboxState,
  command: MailboxCommand,
): MailboxState | Refusal<'mailbox/not-in-that-state'> {
  const next = mailboxLife[state][command];
  if (next !== null) return next;
  return refuse(
    'mailbox/not-in-that-state',
    'BOX-LIFE',
    {
      it: 'Nello stato in cui si trova la casella questa operazione non è possibile.',
      en: 'This cannot be done to the mailbox in the state in which it is.',
    },
    { state, command },
  );
}

/** Whether a box in this state has a home in the mail store: it gets one when it is activated. */
export function hasHome(state: MailboxState): boolean {
  return state !== 'requested' && state !== 'reserved' && state !== 'expired';
}
