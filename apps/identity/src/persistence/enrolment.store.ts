import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { EnrolmentState } from '../domain/enrolment.ts';
import type { TermsText } from '../domain/terms.ts';
import type { Tx } from './tx.ts';

/** The six steps of one holder in one campaign. */
export interface Enrolment {
  readonly id: string;
  readonly move: string;
  readonly campaign: string;
  readonly holder: string;
  /** The service of the new box. */
  readonly service: string;
  readonly state: EnrolmentState;
  readonly until: Instant;
  readonly generation: number;
  /** Which key makes its first-access password; null: the oldest. */
  readonly keyId: string | null;
  /** Since when the present first-access password counts; null while it was never given out. */
  readonly givenAt: Instant | null;
  readonly confirmedAt: Instant | null;
  /** The password that the holder chose is lost. */
  readonly passwordLost: boolean;
}

/** Opens an enrolment unless the move has one. @returns whether it is new. */
export async function addEnrolment(
  tx: Tx,
  enrolment: Pick<Enrolment, 'id' | 'move' | 'campaign' | 'holder' | 'service' | 'until' | 'keyId'>,
  at: Instant,
): Promise<boolean> {
  const { id, move, campaign, holder, service, until, keyId } = enrolment;
  const state: EnrolmentState = 'opened';
  const added = await tx.enrolment.createMany({
    data: [
      { id, move, campaign, holderId: holder, service, state, until: new Date(until), openedAt: new Date(at), keyId },
    ],
    skipDuplicates: true,
  });
  return added.count === 1;
}

export async function findEnrolment(tx: Tx, id: string): Promise<Enrolment | null> {
  const row = await tx.enrolment.findUnique({ where: { id } });
  return row === null ? null : asEnrolment(row);
}

/**
 * The enrolment as it is once every other change to its holder has ended.
 * @param patienceMs how long to wait; then PostgreSQL's 55P03, which `isLockTimeout` recognises.
 * @rule REQUEST-LOCK-WAIT
 */
export async function lockEnrolment(tx: Tx, id: string, patienceMs: number): Promise<Enrolment | null> {
  await tx.$queryRaw`SELECT set_config('lock_timeout', ${String(patienceMs)}, true)`;
  await tx.$queryRaw`
    SELECT 1 FROM holder WHERE id = (SELECT holder_id FROM enrolment WHERE id = ${id}::uuid) FOR UPDATE`;
  return await findEnrolment(tx, id);
}

/** What a command may change of an enrolment. */
export type EnrolmentChange = Partial<
  Pick<Enrolment, 'state' | 'generation' | 'keyId' | 'givenAt' | 'confirmedAt'> & {
    voidedAt: Instant;
    switchedAt: Instant;
    /** Since when the chosen password is lost; null when there is one. */
    passwordLostAt: Instant | null;
  }
>;

export async function saveEnrolment(tx: Tx, id: string, change: EnrolmentChange): Promise<void> {
  const { givenAt, confirmedAt, voidedAt, switchedAt, passwordLostAt, ...rest } = change;
  await tx.enrolment.update({
    where: { id },
    data: {
      ...rest,
      ...(givenAt !== undefined && { givenAt: givenAt === null ? null : new Date(givenAt) }),
      ...(confirmedAt !== undefined && { confirmedAt: confirmedAt === null ? null : new Date(confirmedAt) }),
      ...(voidedAt !== undefined && { voidedAt: new Date(voidedAt) }),
      ...(switchedAt !== undefined && { switchedAt: new Date(switchedAt) }),
      ...(passwordLostAt !== undefined && {
        passwordLostAt: passwordLostAt === null ? null : new Date(passwordLostAt),
      }),
    },
  });
}

/** Remembers when the box of a move was switched, once. @returns whether the move has an enrolment. */
export async function markSwitched(tx: Tx, move: string, at: Instant): Promise<boolean> {
  const { count } = await tx.enrolment.updateMany({
    where: { move, switchedAt: null },
    data: { switchedAt: new Date(at) },
  });
  return count > 0 || (await tx.enrolment.count({ where: { move } })) > 0;
}

/** Keeps what was accepted: one text of each document. */
export async function addAcceptances(
  tx: Tx,
  enrolment: string,
  texts: readonly TermsText[],
  at: Instant,
): Promise<void> {
  await tx.termsAcceptance.createMany({
    data: texts.map(({ document, version, language, sha256 }) => ({
      enrolmentId: enrolment,
      document,
      version,
      language,
      sha256,
      acceptedAt: new Date(at),
    })),
  });
}

/** Ids of enrolments whose window ended before `before` and of which that has not been recorded, at most `limit`. */
export async function enrolmentsToVoid(tx: Tx, before: Instant, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM enrolment
    WHERE state NOT IN ('confirmed', 'voided') AND until <= ${new Date(before)}
    ORDER BY until, id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** The earliest bound of an enrolment that is neither confirmed nor voided; null when there is none. */
export async function earliestBound(tx: Tx): Promise<Instant | null> {
  const [row] = await tx.$queryRaw<{ until: Date | null }[]>`
    SELECT min(until) AS until FROM enrolment WHERE state NOT IN ('confirmed', 'voided')`;
  return row?.until ? instant(row.until.getTime()) : null;
}

type EnrolmentRow = NonNullable<Awaited<ReturnType<Tx['enrolment']['findUnique']>>>;

function asEnrolment(row: EnrolmentRow): Enrolment {
  return {
    id: row.id,
    move: row.move,
    campaign: row.campaign,
    holder: row.holderId,
    service: row.service,
    state: row.state as EnrolmentState,
    until: instant(row.until.getTime()),
    generation: row.generation,
    keyId: row.keyId,
    givenAt: row.givenAt === null ? null : instant(row.givenAt.getTime()),
    confirmedAt: row.confirmedAt === null ? null : instant(row.confirmedAt.getTime()),
    passwordLost: row.passwordLostAt !== null,
  };
}
