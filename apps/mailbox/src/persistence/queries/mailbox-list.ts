import type { MailboxState } from '@recapito/capability';
import { instant } from '@recapito/primitives';
import type { CertifiedAddress, Instant } from '@recapito/primitives';
import { ownBoxes } from '../../domain/own-boxes.ts';
import { Prisma } from '../generated/client.ts';
import type { Tx } from '../tx.ts';

/** Which boxes a list is of; all of them when nothing is said. */
export interface MailboxFilter {
  readonly state?: MailboxState | undefined;
  /** What stands after the `@`, in lower case. */
  readonly domain?: string | undefined;
  readonly holder?: string | undefined;
}

/** A box as lists show it. */
export interface ListedMailbox {
  readonly address: CertifiedAddress;
  readonly service: string;
  readonly state: MailboxState;
  readonly stateSince: Instant;
  readonly partner: string | null;
}

/** Boxes in the order of their addresses, after the one named, at most `limit`. */
export async function listMailboxes(
  tx: Tx,
  filter: MailboxFilter,
  after: string | undefined,
  limit: number,
): Promise<ListedMailbox[]> {
  const rows = await tx.$queryRaw<ListedRow[]>(mailboxesListed(filter, after, limit));
  return rows.map(({ stateSince, ...row }) => ({ ...row, stateSince: instant(stateSince.getTime()) }));
}

type ListedRow = Omit<ListedMailbox, 'stateSince'> & { readonly stateSince: Date };

/** A box with what it is known by, and whose it is. */
export interface OwnedMailbox extends ListedMailbox {
  readonly box: string;
  readonly holder: string;
  /** Of the provider or of a public body. */
  readonly isOwn: boolean;
}

/** One box, by its address in any case; undefined when there is none. */
export async function findMailbox(tx: Tx, address: string): Promise<OwnedMailbox | undefined> {
  const [row] = await tx.$queryRaw<(ListedRow & { readonly box: string; readonly holder: string })[]>`
    SELECT id::text AS box, holder_id::text AS holder, address, service, state, state_since AS "stateSince", partner
    FROM mailbox WHERE address = ${address.toLowerCase()}`;
  return row && { ...row, stateSince: instant(row.stateSince.getTime()), isOwn: row.service === ownBoxes };
}

/** The statement of a list. Each filter has an index that gives its boxes in the order of their addresses. */
export function mailboxesListed(
  { state, domain, holder }: MailboxFilter,
  after: string | undefined,
  limit: number,
): Prisma.Sql {
  const conditions = [
    Prisma.sql`address > ${after ?? ''}`,
    ...(state === undefined ? [] : [Prisma.sql`state = ${state}`]),
    ...(domain === undefined ? [] : [Prisma.sql`split_part(address, '@', 2) = ${domain}`]),
    ...(holder === undefined ? [] : [Prisma.sql`holder_id = ${holder}::uuid`]),
  ];
  return Prisma.sql`
    SELECT address, service, state, state_since AS "stateSince", partner
    FROM mailbox WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY address LIMIT ${limit}`;
}
