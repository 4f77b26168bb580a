import type { Refusal } from '@recapito/primitives';

/** The refusals of mailbox's doors, by code. */
export type MailboxRefusal = Refusal<'mailbox/unknown' | 'mailbox/not-in-that-state'>;

export function statusOfMailbox(code: MailboxRefusal['refused']): number {
  switch (code) {
    case 'mailbox/unknown':
      return 404;
    case 'mailbox/not-in-that-state':
      return 409;
  }
}

export type CalendarRefusal = Refusal<
  'calendar/unknown' | 'calendar/boundary-too-near' | 'calendar/of-another-service'
>;

export function statusOfCalendar(code: CalendarRefusal['refused']): number {
  switch (code) {
    case 'calendar/unknown':
      return 404;
    case 'calendar/boundary-too-near':
      return 409;
    case 'calendar/of-another-service':
      return 422;
  }
}
