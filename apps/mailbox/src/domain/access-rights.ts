import { decide } from '@recapito/capability';
import type { CompiledCalendar, MailboxState } from '@recapito/capability';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/** How far a mail client gets: into the box with everything, into it to read, or not into it. */
export type AccessLevel = 'full' | 'read' | 'none';

/** By which protocol a box is opened. */
export const doors = ['imap', 'pop3'] as const;

export type Door = (typeof doors)[number];

/**
 * What a mail client may do in a box of this service and state at this instant. Who may not delete may not change
 * anything: a mailbox by IMAP has no smaller right than that one.
 * @rule BOX-ACCESS-LEVEL
 */
export function accessLevel(calendar: CompiledCalendar, mailboxState: MailboxState, at: Instant): AccessLevel {
  const may = (verb: 'open-mailbox' | 'read' | 'delete-message'): boolean =>
    !isRefusal(decide({ calendar, mailboxState, verb, at }));
  if (!may('open-mailbox') || !may('read')) return 'none';
  return may('delete-message') ? 'full' : 'read';
}

/**
 * The rights of RFC 4314 that a level stands for. POP3 needs `s` beside `lr` to count messages as seen; it changes
 * nothing, because in Dovecot `s` alone lets nobody delete. Each level has a length of its own: that, besides the time
 * of change, is how Dovecot sees that a file of rights was replaced.
 */
export const rightsOf: Readonly<Record<AccessLevel, Readonly<Record<Door, string>>>> = {
  full: { imap: 'lrwstipekxa', pop3: 'lrwstipekxa' },
  read: { imap: 'lr', pop3: 'lrs' },
  none: { imap: '', pop3: '' },
};
