import type { MailboxState } from '@recapito/capability';
import { instant } from '@recapito/primitives';
import type { CertifiedAddress, Instant } from '@recapito/primitives';
import { lockNamed } from './locks.ts';
import type { Tx } from './tx.ts';

/** A box as it stands. */
export interface Mailbox {
  readonly id: string;
  readonly holder: string;
  readonly address: CertifiedAddress;
  readonly service: string;
  readonly state: MailboxState;
  /** The Order that manages it; null when nobody does. */
  readonly partner: string | null;
  /** Rebuilt after a restore, and no fact about it is known to have been published. */
  readonly untold: boolean;
}

/** A box that is new here. */
export interface NewMailbox extends Omit<Mailbox, 'untold'> {
  /** What may be typed at log-in instead of the address. */
  readonly logInName: string | null;
  /** For an address made from a name: the address without a number, and the number. */
  readonly numbered: { readonly base: CertifiedAddress; readonly homonym: number } | null;
}

/**
 * Adds a box unless its address, in any case, was ever given.
 * @returns whether it was added.
 * @rule ADDRESS-ONCE
 */
export async function addMailbox(tx: Tx, mailbox: NewMailbox, at: Instant): Promise<boolean> {
  const { id, holder, address, service, state, partner, logInName, numbered } = mailbox;
  const added = await tx.$executeRaw`
    INSERT INTO mailbox (id, holder_id, address, log_in_name, service, state, state_since, partner, base_address, homonym)
    VALUES (${id}::uuid, ${holder}::uuid, ${address}, ${logInName}, ${service}, ${state}, ${new Date(at)}, ${partner},
            ${numbered?.base ?? null}, ${numbered?.homonym ?? null})
    ON CONFLICT DO NOTHING`;
  return added === 1;
}

export async function setState(tx: Tx, id: string, state: MailboxState, at: Instant): Promise<void> {
  await tx.$executeRaw`UPDATE mailbox SET state = ${state}, state_since = ${new Date(at)} WHERE id = ${id}::uuid`;
}

/** When a box came to its state. */
export async function stateSince(tx: Tx, id: string): Promise<Instant> {
  const { stateSince: since } = await tx.mailbox.findUniqueOrThrow({ where: { id }, select: { stateSince: true } });
  return instant(since.getTime());
}

/** All boxes of a holder, those that are gone included, in the order of their addresses. */
export async function mailboxesOf(tx: Tx, holder: string): Promise<Mailbox[]> {
  return tx.$queryRaw<Mailbox[]>`
    SELECT id::text, holder_id::text AS holder, address, service, state, partner, untold
    FROM mailbox WHERE holder_id = ${holder}::uuid ORDER BY address`;
}

export async function mailboxByAddress(tx: Tx, address: string): Promise<Mailbox | undefined> {
  const [mailbox] = await tx.$queryRaw<Mailbox[]>`
    SELECT id::text, holder_id::text AS holder, address, service, state, partner, untold
    FROM mailbox WHERE address = ${address.toLowerCase()}`;
  return mailbox;
}

/** The box that somebody means who types this at log-in: its address, or the other name it may have. */
export async function mailboxByLogInName(tx: Tx, name: string): Promise<Mailbox | undefined> {
  const typed = name.toLowerCase();
  const [mailbox] = await tx.$queryRaw<Mailbox[]>`
    SELECT id::text, holder_id::text AS holder, address, service, state, partner, untold
    FROM mailbox WHERE address = ${typed} OR log_in_name = ${typed}`;
  return mailbox;
}

export async function mailboxById(tx: Tx, id: string): Promise<Mailbox> {
  const [mailbox] = await tx.$queryRaw<Mailbox[]>`
    SELECT id::text, holder_id::text AS holder, address, service, state, partner, untold
    FROM mailbox WHERE id = ${id}::uuid`;
  if (mailbox === undefined) throw new Error(`there is no box ${id}`);
  return mailbox;
}

/** The boxes among these addresses, for the sweep over live sessions. */
export async function mailboxesAmong(tx: Tx, addresses: readonly string[]): Promise<Mailbox[]> {
  return tx.$queryRaw<Mailbox[]>`
    SELECT id::text, holder_id::text AS holder, address, service, state, partner, untold
    FROM mailbox WHERE address = ANY (${addresses.map((address) => address.toLowerCase())})`;
}

/**
 * The number that the next person of a name gets: one more than the last that was ever given. Whoever else wants a
 * number of that name waits until this transaction ends, so that no number is given twice or left out.
 */
export async function nextHomonym(tx: Tx, base: CertifiedAddress): Promise<number> {
  await lockNamed(tx, 'base-address', base);
  const [row] = await tx.$queryRaw<{ next: number }[]>`
    SELECT coalesce(max(homonym), 0) + 1 AS next FROM mailbox WHERE base_address = ${base}`;
  return row?.next ?? 1;
}
