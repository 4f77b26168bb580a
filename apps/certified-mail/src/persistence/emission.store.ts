import { formatInstant, instant, stateAfter, statesBefore } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage } from '@recapito/rfc6109';
import { emissionLife } from '../domain/emission-life.ts';
import type { Emission } from '../domain/emission.ts';
import { dueIn, listed } from './due-rows.ts';
import type { KnownMessage } from './message.store.ts';
import { storeIdSql } from './store-id.ts';
import type { Tx } from './tx.ts';

/** An emission that is due, with the message it is about. */
export interface DueEmission extends Emission {
  readonly message: KnownMessage;
  /** By which the mail store knows it again, when it goes to a box. */
  readonly storeId: string;
  readonly tries: number;
  /** What the original that it carries hashes to, of a submission and of an arrival; null where none is kept. */
  readonly spooled: { readonly submission: string | null; readonly arrival: string | null };
  /** Recipients of an envelope who already had their final outcome when it was leased. */
  readonly ended: readonly string[];
  /** Why it is returned instead of carried, in Italian; null for what is to be carried. */
  readonly giveUp: string | null;
}

export type NewEmission = Omit<Emission, 'id'> & { readonly identificativo: string };

export async function addEmissions(tx: Tx, emissions: readonly NewEmission[]): Promise<void> {
  const rows = emissions.map(({ at, ...row }) => ({ ...row, at: formatInstant(at) }));
  await tx.$executeRawUnsafe(
    `INSERT INTO emission (provider, kind, identificativo, message_id, at, forward_path, about, form, errore, errore_esteso, towards,
       time_limit, arrival_id, store_id)
     SELECT provider, kind, identificativo, "messageId", at, "forwardPath", about, form, errore, "erroreEsteso", towards,
       "timeLimit", "arrivalId", ${storeIdSql("'emission '", '"messageId"', "' '", "coalesce(towards, '')")}
     FROM jsonb_to_recordset($1::jsonb) AS row (provider text, kind text, identificativo text, "messageId" text, at timestamptz,
       "forwardPath" text[], about text[], form text, errore text, "erroreEsteso" text, towards text, "timeLimit" text,
       "arrivalId" uuid)`,
    JSON.stringify(rows),
  );
}

interface EmissionRow extends Omit<DueEmission, 'at' | 'message' | 'forwardPath' | 'about' | 'spooled'> {
  readonly at: Date;
  readonly submissionSha256: string | null;
  readonly arrivalSha256: string | null;
  readonly forwardPath: string[];
  readonly about: string[];
  readonly key: string;
  readonly certified: CertifiedMessage;
}

const columns = `emission.id, emission.identificativo AS key, store_id AS "storeId", provider, kind, give_up AS "giveUp", message_id AS "messageId", at, forward_path AS "forwardPath", about, form,
  errore, errore_esteso AS "erroreEsteso", towards, time_limit AS "timeLimit", arrival_id::text AS "arrivalId", tries, certified,
  (SELECT spool_sha256 FROM submission WHERE submission.identificativo = emission.identificativo) AS "submissionSha256",
  (SELECT spool_sha256 FROM arrival WHERE arrival.id = emission.arrival_id) AS "arrivalSha256",
  ARRAY(SELECT address FROM recipient WHERE recipient.identificativo = emission.identificativo
    AND recipient.state IN ('delivered', 'not-delivered', 'timed-out', 'delivered-late', 'handed-over') AND kind = 'posta-certificata') AS "ended"`;

/**
 * Leases emissions for `leaseMs` of system time, in which they have to be carried, those first that have been due for
 * longest. The leases of a process that died expire by themselves.
 */
export async function leaseDueEmissions(tx: Tx, limit: number, leaseMs: number): Promise<DueEmission[]> {
  const rows = await tx.$queryRawUnsafe<EmissionRow[]>(
    `UPDATE emission SET not_before = clock_timestamp() + make_interval(secs => $2::float8 / 1000), tries = tries + 1
     FROM message
     WHERE message.identificativo = emission.identificativo AND emission.id = ANY(ARRAY(${dueIn('emission')}))
     RETURNING ${columns}`,
    limit,
    leaseMs,
  );
  return rows.map(emissionOf);
}

/** One emission with its message. @throws Error when there is none. */
export async function dueEmission(tx: Tx, id: bigint): Promise<DueEmission> {
  const [row] = await tx.$queryRawUnsafe<EmissionRow[]>(
    `SELECT ${columns} FROM emission JOIN message USING (identificativo) WHERE emission.id = $1::bigint`,
    id,
  );
  if (row === undefined) throw new Error(`there is no emission ${id}`);
  return emissionOf(row);
}

/** Extends the lease of an emission. */
export async function extendLease(tx: Tx, id: bigint, leaseMs: number): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET not_before = clock_timestamp() + make_interval(secs => $2::float8 / 1000) WHERE id = $1::bigint`,
    id,
    leaseMs,
  );
}

/** True of the emissions that have not ended. */
const unended = `state IN ${listed(statesBefore(emissionLife, 'carry'))}`;

/** Ends emissions that have arrived, also those that were held meanwhile; not those that somebody else has ended. */
export async function endCarried(tx: Tx, ids: readonly bigint[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET state = $2::text WHERE id = ANY($1::bigint[]) AND ${unended}`,
    ids,
    stateAfter(emissionLife, 'carry'),
  );
}

/** Ends an emission, also one that was held while somebody carried it. False when somebody else has ended it. */
export async function endEmission(tx: Tx, id: bigint, command: 'carry' | 'return'): Promise<boolean> {
  const ended = await tx.$executeRawUnsafe(
    `UPDATE emission SET state = $2::text WHERE id = $1::bigint AND state IN ${listed(statesBefore(emissionLife, command))}`,
    id,
    stateAfter(emissionLife, command),
  );
  return ended === 1;
}

/** Leaves in an emission that is tried again only the recipients that have not taken it. */
export async function narrowEmission(tx: Tx, id: bigint, forwardPath: readonly string[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET forward_path = $2::text[] WHERE id = $1::bigint AND ${unended}`,
    id,
    forwardPath,
  );
}

/**
 * Has a delivery receipt go out in the concise form, which carries no original. False when it already does, or when
 * it has ended.
 */
export async function leaveOriginalOut(tx: Tx, id: bigint): Promise<boolean> {
  const changed = await tx.$executeRawUnsafe(
    `UPDATE emission SET form = 'sintetica' WHERE id = $1::bigint AND ${unended} AND form <> 'sintetica'`,
    id,
  );
  return changed === 1;
}

/**
 * Postpones an emission after a try that failed for now, at this instant of the suite. The lease of one that was held
 * meanwhile ends.
 */
export async function deferEmission(tx: Tx, id: bigint, pauseMs: number, at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE emission SET failed_at = $3::timestamptz, not_before = clock_timestamp()
       + CASE state WHEN 'due' THEN make_interval(secs => $2::float8 / 1000) ELSE interval '0' END
     WHERE id = $1::bigint AND ${unended}`,
    id,
    pauseMs,
    formatInstant(at),
  );
}

function emissionOf({ at, key, certified, submissionSha256, arrivalSha256, ...row }: EmissionRow): DueEmission {
  const spooled = { submission: submissionSha256, arrival: arrivalSha256 };
  return { ...row, at: instant(at.getTime()), message: { ...certified, key }, spooled };
}
