import type { SqlTransaction } from '@recapito/messaging';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/** A request for an act of two persons, as it is kept; instants are of the system clock. */
export interface ApprovalRow {
  readonly id: string;
  readonly act: string;
  readonly command: Readonly<Record<string, unknown>>;
  readonly fingerprint: string;
  readonly state: string;
  /** Why the act shall be done, in the words of who asked; null when nothing was said. */
  readonly reason: string | null;
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant;
  readonly approvedBy: string | null;
  readonly approvedAt: Instant | null;
}

interface Kept extends Omit<ApprovalRow, 'at' | 'until' | 'approvedAt'> {
  readonly at: number;
  readonly until: number;
  readonly approvedAt: number | null;
}

const columns = `id::text, act, command, fingerprint, state, reason, asked_by AS "by",
  (extract(epoch FROM asked_at) * 1000)::float8 AS at, (extract(epoch FROM until) * 1000)::float8 AS until,
  approved_by AS "approvedBy", (extract(epoch FROM approved_at) * 1000)::float8 AS "approvedAt"`;

export async function addApproval(
  tx: SqlTransaction,
  row: Omit<ApprovalRow, 'approvedBy' | 'approvedAt'>,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO approval (id, act, command, fingerprint, state, reason, asked_by, asked_at, until)
     VALUES ($1::uuid, $2, $3::jsonb, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), to_timestamp($9::float8 / 1000))`,
    row.id,
    row.act,
    JSON.stringify(row.command),
    row.fingerprint,
    row.state,
    row.reason,
    row.by,
    row.at,
    row.until,
  );
}

/** One request; `lock` holds it until the transaction ends. */
export async function findApproval(
  tx: SqlTransaction,
  id: string,
  { lock }: { readonly lock: boolean },
): Promise<ApprovalRow | undefined> {
  const [row] = await tx.$queryRawUnsafe<Kept[]>(
    `SELECT ${columns} FROM approval WHERE id = $1::uuid ${lock ? 'FOR UPDATE' : ''}`,
    id,
  );
  return row && asRow(row);
}

/** The request that waits for a second person, of the same words about the same state. */
export async function findWaiting(
  tx: SqlTransaction,
  { fingerprint, state, at }: Pick<ApprovalRow, 'fingerprint' | 'state' | 'at'>,
): Promise<ApprovalRow | undefined> {
  const [row] = await tx.$queryRawUnsafe<Kept[]>(
    `SELECT ${columns} FROM approval WHERE fingerprint = $1 AND state = $2 AND approved_at IS NULL
     AND until > to_timestamp($3::float8 / 1000) ORDER BY approval.id LIMIT 1`,
    fingerprint,
    state,
    at,
  );
  return row && asRow(row);
}

/** Those that wait for a second person at an instant, in the order of their ids. */
export async function waitingApprovals(
  tx: SqlTransaction,
  { after, at, limit }: { readonly after: string | undefined; readonly at: Instant; readonly limit: number },
): Promise<ApprovalRow[]> {
  const rows = await tx.$queryRawUnsafe<Kept[]>(
    `SELECT ${columns} FROM approval WHERE approved_at IS NULL AND until > to_timestamp($1::float8 / 1000)
     AND id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'::uuid) ORDER BY approval.id LIMIT $3::int`,
    at,
    after ?? null,
    limit,
  );
  return rows.map(asRow);
}

/** The latest approval of an act in whose two persons somebody is, given since an instant. */
export async function findGiven(
  tx: SqlTransaction,
  { act, person, since }: { readonly act: string; readonly person: string; readonly since: Instant },
): Promise<ApprovalRow | undefined> {
  const [row] = await tx.$queryRawUnsafe<Kept[]>(
    `SELECT ${columns} FROM approval WHERE act = $1 AND $2::text IN (asked_by, approved_by)
     AND approved_at > to_timestamp($3::float8 / 1000) ORDER BY approved_at DESC LIMIT 1`,
    act,
    person,
    since,
  );
  return row && asRow(row);
}

/** Uses an approval up. */
export async function useApproval(tx: SqlTransaction, id: string, by: string, at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE approval SET approved_by = $2, approved_at = to_timestamp($3::float8 / 1000) WHERE id = $1::uuid`,
    id,
    by,
    at,
  );
}

/** Takes a request back that nobody has approved. @returns whether there was one */
export async function removeApproval(tx: SqlTransaction, id: string): Promise<boolean> {
  return (await tx.$executeRawUnsafe(`DELETE FROM approval WHERE id = $1::uuid AND approved_at IS NULL`, id)) === 1;
}

/** Forgets requests whose time ended more than so many hours ago. @returns how many */
export async function forgetApprovals(tx: SqlTransaction, hours = 48): Promise<number> {
  return await tx.$executeRawUnsafe(
    `DELETE FROM approval WHERE until < clock_timestamp() - make_interval(hours => $1::int)`,
    hours,
  );
}

function asRow({ at, until, approvedAt, ...row }: Kept): ApprovalRow {
  return {
    ...row,
    at: instant(Math.round(at)),
    until: instant(Math.round(until)),
    approvedAt: approvedAt === null ? null : instant(Math.round(approvedAt)),
  };
}
