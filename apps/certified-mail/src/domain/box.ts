import type { CompiledCalendar, MailboxState } from '@recapito/capability';

/**
 * A box as the gate knows it. `own` boxes belong to the provider or to a public body that it hosts: they stand in the
 * programme and follow no calendar. The boxes of a `holder` have a state in the directory and the calendar of their service.
 */
export type KnownBox =
  | { readonly kind: 'own'; readonly use: 'receipts' | 'sender' | 'body' }
  | { readonly kind: 'holder'; readonly state: MailboxState; readonly calendar: CompiledCalendar };
