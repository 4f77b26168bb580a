import type { MailboxState } from '@recapito/capability';

/** States in which a box is somebody's no more, so that they may ask for another. */
const over: ReadonlySet<MailboxState> = new Set<MailboxState>(['expired', 'closed', 'withdrawn', 'deleted']);

/**
 * The state of the box of this service that a holder has now; null when there is none, or none that still counts.
 * @rule BOX-ONE-EACH
 */
export function heldState(
  mailboxes: readonly { readonly service: string; readonly state: MailboxState }[],
  service: string,
): MailboxState | null {
  return mailboxes.find((mailbox) => mailbox.service === service && !over.has(mailbox.state))?.state ?? null;
}
