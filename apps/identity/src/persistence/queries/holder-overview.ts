import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { everySource } from '../../domain/access.ts';
import type { EnrolmentState } from '../../domain/enrolment.ts';
import type { PinState } from '../../domain/pin.ts';
import { findAccount } from '../access-account.store.ts';
import type { Tx } from '../tx.ts';

/** By which address a holder signs in, and since when the box behind it is open, as far as heard. */
export interface KnownBox {
  readonly address: string;
  readonly service: string;
  readonly openedAt: Instant | null;
}

/** An enrolment as the help desk sees it. */
export interface EnrolmentRecord {
  readonly id: string;
  readonly move: string;
  readonly campaign: string;
  readonly service: string;
  readonly state: EnrolmentState;
  readonly until: Instant;
  readonly generation: number;
  readonly openedAt: Instant;
  readonly givenAt: Instant | null;
  readonly confirmedAt: Instant | null;
  readonly voidedAt: Instant | null;
  readonly switchedAt: Instant | null;
  readonly passwordLost: boolean;
}

export interface PinRecord {
  readonly id: string;
  readonly service: string;
  readonly state: PinState;
  readonly issuedAt: Instant;
  readonly changedAt: Instant | null;
}

/** Who recognised a holder, and when. */
export interface RecognitionRecord {
  readonly origin: string;
  readonly office: string;
  readonly operator: string;
  readonly date: string;
}

/** Whom a block in force keeps out: every source, all unfamiliar ones, or one source. */
export interface BlockRecord {
  readonly keepsOut: 'everybody' | 'unfamiliar' | 'one-source';
  readonly from: Instant;
  readonly until: Instant;
}

/** What identity keeps of a holder, beside who they are. */
export interface HolderOverview {
  readonly boxes: readonly KnownBox[];
  readonly enrolments: readonly EnrolmentRecord[];
  readonly pins: readonly PinRecord[];
  readonly recognitions: readonly RecognitionRecord[];
  readonly blocks: readonly BlockRecord[];
}

/** The overview at an instant; blocks that have ended are left out. What came last stands first. */
export async function holderOverview(tx: Tx, holder: string, at: Instant): Promise<HolderOverview> {
  const boxes = await tx.loginAddress.findMany({ where: { holderId: holder }, orderBy: { address: 'asc' } });
  const enrolments = await tx.enrolment.findMany({
    where: { holderId: holder },
    orderBy: [{ openedAt: 'desc' }, { id: 'asc' }],
  });
  const pins = await tx.pin.findMany({ where: { holderId: holder }, orderBy: { service: 'asc' } });
  const recognitions = await tx.recognition.findMany({
    where: { holderId: holder },
    orderBy: [{ recordedAt: 'desc' }, { id: 'asc' }],
  });
  return {
    boxes: boxes.map(({ address, service, openedAt }) => ({ address, service, openedAt: whenever(openedAt) })),
    enrolments: enrolments.map(enrolmentRecord),
    pins: pins.map(({ id, service, state, issuedAt, changedAt }) => ({
      id,
      service,
      state: state as PinState,
      issuedAt: instant(issuedAt.getTime()),
      changedAt: whenever(changedAt),
    })),
    recognitions: recognitions.map(({ origin, office, operator, date }) => ({ origin, office, operator, date })),
    blocks: await blocksInForce(tx, holder, at),
  };
}

type EnrolmentRow = Awaited<ReturnType<Tx['enrolment']['findMany']>>[number];

function enrolmentRecord(row: EnrolmentRow): EnrolmentRecord {
  const { id, move, campaign, service, generation } = row;
  return {
    id,
    move,
    campaign,
    service,
    generation,
    state: row.state as EnrolmentState,
    until: instant(row.until.getTime()),
    openedAt: instant(row.openedAt.getTime()),
    givenAt: whenever(row.givenAt),
    confirmedAt: whenever(row.confirmedAt),
    voidedAt: whenever(row.voidedAt),
    switchedAt: whenever(row.switchedAt),
    passwordLost: row.passwordLostAt !== null,
  };
}

async function blocksInForce(tx: Tx, holder: string, at: Instant): Promise<BlockRecord[]> {
  const { blocks } = await findAccount(tx, holder);
  return blocks
    .filter(({ until }) => at < until)
    .map(({ source, from, until }) => ({
      keepsOut: source === null ? 'unfamiliar' : source === everySource ? 'everybody' : 'one-source',
      from,
      until,
    }));
}

function whenever(date: Date | null): Instant | null {
  return date === null ? null : instant(date.getTime());
}
