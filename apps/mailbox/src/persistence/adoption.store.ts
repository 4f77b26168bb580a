import type { MailboxState } from '@recapito/capability';
import type { Standing } from '@recapito/messaging';
import type { CertifiedAddress, Instant } from '@recapito/primitives';
import type { Mailbox } from './mailbox.store.ts';
import type { Tx } from './tx.ts';

/** Epoch and number of the last directory record of each of these holders; those who are not known are left out. */
export async function standingsOf(tx: Tx, holders: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await tx.$queryRaw<(Standing & { holder: string })[]>`
    SELECT id::text AS holder, directory_epoch::float8 AS epoch, directory_sequence AS number
    FROM holder WHERE id = ANY (${holders}::uuid[])`;
  return new Map(rows.map(({ holder, epoch, number }) => [holder, { epoch, number }]));
}

/** Takes over the number of a fact, unless the holder's last one is higher. */
export async function raiseFactNumber(tx: Tx, holder: string, sequence: number): Promise<void> {
  await tx.$executeRaw`UPDATE holder SET sequence = greatest(sequence, ${sequence}::int) WHERE id = ${holder}::uuid`;
}

/** The boxes that have one of these ids or addresses. */
export async function boxesNamed(
  tx: Tx,
  named: readonly { readonly box: string; readonly address: string }[],
): Promise<Mailbox[]> {
  const ids = named.map(({ box }) => box);
  const addresses = named.map(({ address }) => address);
  return tx.$queryRaw<Mailbox[]>`
    SELECT id::text, holder_id::text AS holder, address, service, state, partner, untold
    FROM mailbox WHERE id = ANY (${ids}::uuid[]) OR address = ANY (${addresses})`;
}

/** A box that is made again after a restore. */
export interface BoxMadeAgain extends Mailbox {
  readonly logInName: string | null;
  /** When it came to its state, as far as is known. */
  readonly since: Instant;
}

/** Adds a box. What number its address has among those of its name is not known before its plan is read again. */
export async function restoreBoxRow(tx: Tx, box: BoxMadeAgain): Promise<void> {
  const { id, holder, address, service, state, partner, logInName, since, untold } = box;
  await tx.$executeRaw`
    INSERT INTO mailbox (id, holder_id, address, log_in_name, service, state, state_since, partner, untold)
    VALUES (${id}::uuid, ${holder}::uuid, ${address}, ${logInName}, ${service}, ${state}, ${new Date(since)}, ${partner},
            ${untold})`;
}

/** Takes over what a record says of a box that is known. */
export async function adoptState(
  tx: Tx,
  id: string,
  { state, partner }: { readonly state: MailboxState; readonly partner: string | null },
  since: Instant,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE mailbox SET state = ${state}, partner = ${partner},
                       state_since = CASE WHEN state = ${state} THEN state_since ELSE ${new Date(since)} END
    WHERE id = ${id}::uuid`;
}

/** Records that a published fact about the box is known. */
export async function markTold(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE mailbox SET untold = false WHERE id = ${id}::uuid AND untold`;
}

/** Keeps which number the address of a box has among those of its name, unless that is known. */
export async function raiseDirectoryNumber(tx: Tx, id: string, base: CertifiedAddress, homonym: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE mailbox SET base_address = ${base}, homonym = ${homonym}
    WHERE id = ${id}::uuid AND base_address IS NULL
      AND NOT EXISTS (SELECT FROM mailbox WHERE base_address = ${base} AND homonym = ${homonym})`;
}

/** What published facts say of a move: the box that was registered, the one that was reserved, or why none was. */
export interface MoveMadeAgain {
  readonly id: string;
  readonly holder: string;
  readonly source?: string;
  readonly target?: string;
  readonly refusal?: object;
  readonly at: Instant;
}

/** Makes a move again, or adds to one that was made again; one whose plan is known stays as it is. */
export async function restoreMove(tx: Tx, { id, holder, source, target, refusal, at }: MoveMadeAgain): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO move (id, holder_id, source_id, target_id, refusal, planned_at)
    VALUES (${id}::uuid, ${holder}::uuid, ${source ?? null}::uuid, ${target ?? null}::uuid,
            ${refusal === undefined ? null : JSON.stringify(refusal)}::jsonb, ${new Date(at)})
    ON CONFLICT (id) DO UPDATE SET source_id = coalesce(move.source_id, excluded.source_id),
                                   target_id = coalesce(move.target_id, excluded.target_id),
                                   refusal = coalesce(move.refusal, excluded.refusal)
    WHERE move.campaign IS NULL`;
}

/** Notes that a switch was made; where its order is not known, with the instants that its fact says. */
export async function restoreSwitch(
  tx: Tx,
  move: string,
  { confirmedAt, dueAt, switchedAt }: Readonly<Record<'confirmedAt' | 'dueAt' | 'switchedAt', Instant>>,
): Promise<void> {
  const [confirmed, due, done] = [new Date(confirmedAt), new Date(dueAt), new Date(switchedAt)];
  await tx.$executeRaw`
    INSERT INTO switch_order (move_id, asked_at, confirmed_at, due_at, run_at, switched_at)
    VALUES (${move}::uuid, ${confirmed}, ${confirmed}, ${due}, ${done}, ${done})
    ON CONFLICT (move_id) DO UPDATE SET switched_at = coalesce(switch_order.switched_at, excluded.switched_at),
                                        refusal = NULL`;
}

/** Notes that a forgotten fact gives these addresses to somebody else: their holders are undecided until it is closed. */
export async function contest(tx: Tx, fact: string, addresses: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE holder SET contested_by = ${fact}::uuid
    FROM mailbox WHERE mailbox.holder_id = holder.id AND mailbox.address = ANY (${addresses})`;
}
