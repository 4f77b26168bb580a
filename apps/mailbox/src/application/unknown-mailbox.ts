import { refuse } from '@recapito/primitives';

/** The answer to every question about an address that no box of ours has. */
export const unknownMailbox = refuse('mailbox/unknown', 'MAILBOX-KNOWN', {
  it: 'Nessuna casella ha questo indirizzo.',
  en: 'No mailbox has this address.',
});
