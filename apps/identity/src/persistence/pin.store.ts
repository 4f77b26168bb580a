import type { Instant } from '@recapito/primitives';
import type { CourtesyChannel } from '../domain/courtesy-channel.ts';
import type { PinState } from '../domain/pin.ts';
import type { Tx } from './tx.ts';

/** A PIN, without its characters: the first sixteen are in no row, of the personal eight only the hash is. */
export interface Pin {
  readonly id: string;
  readonly holder: string;
  readonly service: string;
  readonly state: PinState;
  readonly channels: readonly [CourtesyChannel, CourtesyChannel];
  readonly written: readonly [boolean, boolean];
  readonly hash: string | null;
  /** The session in which the personal one was chosen. */
  readonly changedIn: string | null;
  /** Which key makes the first sixteen characters; null: the oldest. */
  readonly keyId: string | null;
}

/** Issues a PIN unless the holder has one for this service. @returns whether it is new. */
export async function addPin(
  tx: Tx,
  pin: Pick<Pin, 'id' | 'holder' | 'service' | 'channels' | 'keyId'>,
  at: Instant,
): Promise<boolean> {
  const [firstChannel, secondChannel] = pin.channels;
  const added = await tx.pin.createMany({
    data: [
      {
        id: pin.id,
        holderId: pin.holder,
        service: pin.service,
        state: 'initial' satisfies PinState,
        firstChannel,
        secondChannel,
        issuedAt: new Date(at),
        keyId: pin.keyId,
      },
    ],
    skipDuplicates: true,
  });
  return added.count === 1;
}

export async function findPin(tx: Tx, id: string): Promise<Pin | null> {
  return asPin(await tx.pin.findUnique({ where: { id } }));
}

/** A holder's PIN, with its holder's row locked before: nobody else changes it meanwhile. */
export async function findPinOf(tx: Tx, holder: string): Promise<Pin | null> {
  return asPin(await tx.pin.findFirst({ where: { holderId: holder } }));
}

/** Remembers that a half has been written to its holder and need not be given out again. */
export async function markHalfWritten(tx: Tx, id: string, half: 1 | 2, at: Instant): Promise<void> {
  const data = half === 1 ? { firstWrittenAt: new Date(at) } : { secondWrittenAt: new Date(at) };
  const unwritten = half === 1 ? { firstWrittenAt: null } : { secondWrittenAt: null };
  await tx.pin.updateMany({ where: { id, ...unwritten }, data });
}

export async function savePersonalPin(
  tx: Tx,
  id: string,
  { hash, session, at }: { readonly hash: string; readonly session: string; readonly at: Instant },
): Promise<void> {
  const state: PinState = 'personal';
  await tx.pin.update({ where: { id }, data: { state, hash, changedAt: new Date(at), changedIn: session } });
}

type PinRow = Awaited<ReturnType<Tx['pin']['findUnique']>>;

function asPin(row: PinRow): Pin | null {
  if (row === null) return null;
  return {
    id: row.id,
    holder: row.holderId,
    service: row.service,
    state: row.state as PinState,
    channels: [row.firstChannel as CourtesyChannel, row.secondChannel as CourtesyChannel],
    written: [row.firstWrittenAt !== null, row.secondWrittenAt !== null],
    hash: row.hash,
    changedIn: row.changedIn,
    keyId: row.keyId,
  };
}
