import type { Instant, Refusal } from '@recapito/primitives';
import { instant } from '@recapito/primitives';
import { undecidedSql } from './holder.store.ts';
import type { Tx } from './tx.ts';

/** A planned move: the box that is left and the one that is kept, or why none could be. */
export interface Move {
  readonly id: string;
  /** Null in one that was made again from published facts after a restore: its plan has still to be read again. */
  readonly campaign: string | null;
  readonly holder: string;
  readonly source: string | null;
  readonly target: string | null;
  readonly refusal: Refusal | null;
}

export async function moveById(tx: Tx, id: string): Promise<Move | undefined> {
  const [move] = await tx.$queryRaw<Move[]>`
    SELECT id::text, campaign, holder_id::text AS holder, source_id::text AS source, target_id::text AS target, refusal
    FROM move WHERE id = ${id}::uuid`;
  return move;
}

/** Keeps a move, or what was not known of one that was made again from published facts. */
export async function saveMove(tx: Tx, move: Move, at: Instant): Promise<void> {
  const { id, campaign, holder, source, target, refusal } = move;
  await tx.$executeRaw`
    INSERT INTO move (id, campaign, holder_id, source_id, target_id, refusal, planned_at)
    VALUES (${id}::uuid, ${campaign}, ${holder}::uuid, ${source}::uuid, ${target}::uuid,
            ${refusal === null ? null : JSON.stringify(refusal)}::jsonb, ${new Date(at)})
    ON CONFLICT (id) DO UPDATE SET campaign = excluded.campaign, source_id = excluded.source_id,
                                   target_id = excluded.target_id, refusal = excluded.refusal
    WHERE move.campaign IS NULL`;
}

/** A switch that was asked: when, since when it is owed, and the provisioning run that executes it. */
export interface SwitchOrder {
  readonly move: string;
  readonly askedAt: Instant;
  readonly confirmedAt: Instant;
  readonly dueAt: Instant;
  readonly runAt: Instant;
}

/** Keeps an order unless the move has one. */
export async function saveSwitchOrder(tx: Tx, order: SwitchOrder): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO switch_order (move_id, asked_at, confirmed_at, due_at, run_at)
    VALUES (${order.move}::uuid, ${new Date(order.askedAt)}, ${new Date(order.confirmedAt)}, ${new Date(order.dueAt)},
            ${new Date(order.runAt)})
    ON CONFLICT DO NOTHING`;
}

/**
 * The moves whose run has come and that nobody has switched yet, the earliest run first. Those of holders whose boxes an
 * operator has to decide about are left out.
 * @rule BOXES-UNDECIDED
 */
export async function switchesDue(tx: Tx, at: Instant, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ move: string }[]>`
    SELECT move_id::text AS move
    FROM switch_order JOIN move ON move.id = move_id JOIN holder ON holder.id = move.holder_id
    WHERE switched_at IS NULL AND switch_order.refusal IS NULL AND run_at <= ${new Date(at)} AND NOT ${undecidedSql}
    ORDER BY run_at, move_id LIMIT ${limit}`;
  return rows.map(({ move }) => move);
}

/** The next run that has something to execute; null when nothing is asked. */
export async function nextRun(tx: Tx): Promise<Instant | null> {
  const [row] = await tx.$queryRaw<{ run: Date | null }[]>`
    SELECT min(run_at) AS run FROM switch_order WHERE switched_at IS NULL AND refusal IS NULL`;
  return row?.run ? instant(row.run.getTime()) : null;
}

/** Takes an open order for itself; undefined when it is done or another process is at it. */
export async function takeSwitchOrder(
  tx: Tx,
  move: string,
): Promise<{ readonly confirmedAt: Instant; readonly dueAt: Instant } | undefined> {
  const [order] = await tx.$queryRaw<{ confirmedAt: Date; dueAt: Date }[]>`
    SELECT confirmed_at AS "confirmedAt", due_at AS "dueAt" FROM switch_order
    WHERE move_id = ${move}::uuid AND switched_at IS NULL AND refusal IS NULL FOR UPDATE SKIP LOCKED`;
  if (order === undefined) return undefined;
  return { confirmedAt: instant(order.confirmedAt.getTime()), dueAt: instant(order.dueAt.getTime()) };
}

export async function markSwitched(tx: Tx, move: string, at: Instant): Promise<void> {
  await tx.$executeRaw`UPDATE switch_order SET switched_at = ${new Date(at)} WHERE move_id = ${move}::uuid`;
}

/** The order cannot be carried out; it is no longer due and somebody has to look. */
export async function markSwitchRefused(tx: Tx, move: string, refusal: Refusal): Promise<void> {
  await tx.$executeRaw`
    UPDATE switch_order SET refusal = ${JSON.stringify(refusal)}::jsonb WHERE move_id = ${move}::uuid`;
}
