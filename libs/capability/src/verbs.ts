import { mailboxStates } from '@recapito/primitives';

/** What a service's calendar opens and closes. */
export const calendarVerbs = [
  'request',
  'complete-recognition',
  'open-mailbox',
  'read',
  'export',
  'send',
  'receive',
  'change-settings',
  'reset-password',
  'delete-message',
  'withdraw',
  'request-log',
  'claim-free-pec',
] as const;

/**
 * Everything that may be done with a mailbox. `open-mailbox` is IMAP, POP3, the portal's mailbox and the fascicolo;
 * creating a folder of the fascicolo, saving into it and downloading are `export`, deleting there is `delete-message`.
 * `receive-receipt` follows no calendar: whoever could send may learn what became of it.
 */
export const verbs = [...calendarVerbs, 'receive-receipt'] as const;

export type CalendarVerb = (typeof calendarVerbs)[number];
export type Verb = (typeof verbs)[number];

/** Where a mailbox stands in its life. The rights of each are in `box-states.ts`. */
export { mailboxStates };

export type MailboxState = (typeof mailboxStates)[number];

/** Who may be at the other end: `closed-pa` is the channel between citizens and public bodies, `open` is all mail. */
export const circuits = ['closed-pa', 'open'] as const;

export type Circuit = (typeof circuits)[number];

/** Who is at the other end: a public body of the index, another certified box, or ordinary mail. */
export const partyClasses = ['pa', 'pec', 'ordinary'] as const;

export type PartyClass = (typeof partyClasses)[number];
