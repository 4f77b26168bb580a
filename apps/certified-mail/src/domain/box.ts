import type { CompiledCalendar, MailboxState } from '@recapito/capability';

/**
 * A box as the gate knows it. `own` boxes belong to the provider or to a public body that it hosts: they stand in the
 * programme and follow no calendar. `held` boxes belong to somebody, and the directory says in which state they are.
 */
export type KnownBox =
  | { readonly kind: 'own'; readonly use: 'receipts' | 'sender' | 'body' }
  | { readonly kind: 'held'; readonly state: MailboxState; readonly calendar: CompiledCalendar };
