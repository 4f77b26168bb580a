import { formatInstant, instant } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { nextDeadline } from '../domain/deadline.ts';
import type { RecipientState } from '../domain/recipient.ts';
import type { SubmissionState } from '../domain/submission.ts';
import { lockNamed } from './locks.ts';
import type { Tx } from './tx.ts';

export interface Submission {
  readonly identificativo: string;
  readonly provider: string;
  readonly sender: string;
  /** Null when no repetition of it is expected any more. */
  readonly legalKey: string | null;
  readonly state: SubmissionState;
  readonly at: Instant;
  readonly reasons: readonly Refusal[];
  readonly spoolSha256: string | null;
}

/** Keeps two submissions of one legal message apart until the first has committed. */
export async function lockLegalKey(tx: Tx, legalKey: string): Promise<void> {
  await lockNamed(tx, 'legal-key', legalKey);
}

/** The submission of a legal message, when it was made before. */
export async function submissionByLegalKey(tx: Tx, legalKey: string): Promise<Submission | undefined> {
  const [row] = await tx.$queryRawUnsafe<SubmissionRow[]>(
    `SELECT identificativo, provider, sender, legal_key AS "legalKey", state, at, reasons, spool_sha256 AS "spoolSha256"
     FROM submission WHERE legal_key = $1::text`,
    legalKey,
  );
  return row && { ...row, at: instant(row.at.getTime()) };
}

/** Lets the next submission with this key be a message of its own. */
export async function forgetLegalKey(tx: Tx, legalKey: string): Promise<void> {
  await tx.$executeRawUnsafe(`UPDATE submission SET legal_key = NULL WHERE legal_key = $1::text`, legalKey);
}

type SubmissionRow = Omit<Submission, 'at'> & { readonly at: Date };

/** A certified recipient as it stands, with the instant at which its envelope left. */
export interface Recipient {
  readonly address: string;
  readonly provider: string;
  readonly state: RecipientState;
  readonly dispatchedAt: Instant;
}

/** Keeps a submission with its recipients; their envelopes leave at its instant, and their limits run from it. */
export async function addSubmission(
  tx: Tx,
  submission: Submission,
  recipients: readonly { address: string; provider: string; state: 'dispatched' | 'outgoing' }[],
): Promise<void> {
  await tx.$executeRawUnsafe(
    `WITH kept AS (
       INSERT INTO submission (identificativo, provider, sender, legal_key, state, at, reasons, spool_sha256)
       VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::timestamptz, $7::jsonb, $8::text) RETURNING identificativo)
     INSERT INTO recipient (identificativo, address, provider, state, deadline_at)
     SELECT identificativo, r.address, r.provider, r.state, r.deadline_at
     FROM kept, unnest($9::text[], $10::text[], $11::text[], $12::timestamptz[]) AS r (address, provider, state, deadline_at)`,
    submission.identificativo,
    submission.provider,
    submission.sender,
    submission.legalKey,
    submission.state,
    formatInstant(submission.at),
    JSON.stringify(submission.reasons),
    submission.spoolSha256,
    recipients.map(({ address }) => address),
    recipients.map(({ provider }) => provider),
    recipients.map(({ state }) => state),
    recipients.map(({ state }) => deadlineAt(state, submission.at)),
  );
}

export async function setSubmissionState(tx: Tx, identificativo: string, state: SubmissionState): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE submission SET state = $2::text WHERE identificativo = $1::text`,
    identificativo,
    state,
  );
}

/** When an address last sent a message that was accepted; null when it never did. */
export async function lastSentAt(tx: Tx, sender: string): Promise<Instant | null> {
  const [row] = await tx.$queryRawUnsafe<{ at: Date | null }[]>(
    `SELECT max(at) AS at FROM submission WHERE sender = $1::text AND state <> 'refused'`,
    sender,
  );
  return row?.at ? instant(row.at.getTime()) : null;
}

/** An accepted submission of ours with its recipients, by address. */
export interface Followed {
  /** The provider that accepted it, also when another one has the sender's domain since. */
  readonly provider: string;
  readonly state: SubmissionState;
  readonly recipients: readonly Recipient[];
}

/** How a submission and its recipients stand, locked until the end of the transaction; undefined when none was accepted. */
export async function lockSubmission(tx: Tx, identificativo: string): Promise<Followed | undefined> {
  const rows = await tx.$queryRawUnsafe<LockedRow[]>(
    `SELECT submission.provider AS "acceptedBy", submission.state AS submitted, at, address, recipient.provider, recipient.state
     FROM submission JOIN recipient USING (identificativo)
     WHERE identificativo = $1::text ORDER BY address FOR UPDATE`,
    identificativo,
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const recipients = rows.map(({ address, provider, state, at }) => {
    return { address, provider, state, dispatchedAt: instant(at.getTime()) };
  });
  return { provider: first.acceptedBy, state: first.submitted, recipients };
}

interface LockedRow extends Omit<Recipient, 'dispatchedAt'> {
  readonly acceptedBy: string;
  readonly submitted: SubmissionState;
  readonly at: Date;
}

/** Brings a recipient into a state by what happened at an instant; the deadline of that state runs from now on. */
export async function setRecipientState(
  tx: Tx,
  identificativo: string,
  { address, dispatchedAt }: Pick<Recipient, 'address' | 'dispatchedAt'>,
  state: RecipientState,
  at: Instant,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE recipient SET state = $3::text, outcome_at = $4::timestamptz, deadline_at = $5::timestamptz
     WHERE identificativo = $1::text AND address = $2::text`,
    identificativo,
    address,
    state,
    formatInstant(at),
    deadlineAt(state, dispatchedAt),
  );
}

/** A submission with its recipients, for who asks how it stands. */
export async function submissionWithRecipients(tx: Tx, identificativo: string) {
  return await tx.submission.findUnique({
    where: { identificativo },
    include: { recipients: { orderBy: { address: 'asc' } } },
  });
}

function deadlineAt(state: RecipientState, dispatchedAt: Instant): string | null {
  const deadline = nextDeadline(state, dispatchedAt);
  return deadline === null ? null : formatInstant(deadline.dueAt);
}
