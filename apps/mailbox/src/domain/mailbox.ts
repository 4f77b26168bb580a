import type { MailboxState } from '@recapito/capability';
import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

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

/** From a state, by a command, to a state. What is not written here is refused. // BOX-LIFE */
export const mailboxLife: Readonly<Record<MailboxState, Readonly<Partial<Record<MailboxCommand, MailboxState>>>>> = {
  requested: { reserve: 'reserved', activate: 'active', expire: 'expired', close: 'closed', withdraw: 'withdrawn' },
  reserved: { activate: 'active', expire: 'expired', close: 'closed', withdraw: 'withdrawn' },
  active: {
    suspend: 'suspended',
    'limit-to-receiving': 'receive-only',
    'limit-to-reading': 'read-only',
    close: 'closed',
    withdraw: 'withdrawn',
  },
  suspended: { resume: 'active', close: 'closed', withdraw: 'withdrawn' },
  'receive-only': { resume: 'active', 'limit-to-reading': 'read-only', close: 'closed', withdraw: 'withdrawn' },
  // A box that was moved away from never sends again: its holder has another address that does.
  'read-only': { close: 'closed', withdraw: 'withdrawn' },
  // A request that nobody completed in time; there never was anything to keep.
  expired: { delete: 'deleted' },
  closed: { delete: 'deleted' },
  withdrawn: { delete: 'deleted' },
  // The row stays for ever, so that the address is never given again.
  deleted: {},
};

/** The state a box comes to. Refusal: `mailbox/not-in-that-state`, with the state and the command in `details`. */
export function nextState(
  state: MailboxState,
  command: MailboxCommand,
): MailboxState | Refusal<'mailbox/not-in-that-state'> {
  const next = mailboxLife[state][command];
  if (next !== undefined) return next;
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
