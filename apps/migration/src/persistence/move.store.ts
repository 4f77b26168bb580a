import type { Candidate } from '../domain/cohort-row.ts';
import type { MoveFacts } from '../domain/move.ts';
import { planAgain } from '../domain/planned-again.ts';
import { moveState } from '../domain/move-state.ts';
import type { Move, Prisma } from './generated/client.ts';
import type { Tx } from './transaction.ts';

/** A move to be kept: one accepted row. */
export interface NewMove {
  readonly id: string;
  readonly campaign: string;
  readonly row: number;
  readonly holder: string;
  readonly fingerprint: string;
  readonly load: string;
  readonly baseKey: string;
  readonly candidate: Candidate;
  readonly facts: MoveFacts;
}

export async function insertMoves(tx: Tx, moves: readonly NewMove[]): Promise<void> {
  await tx.move.createMany({
    data: moves.map(({ candidate, facts, ...move }) => ({
      ...move,
      codiceFiscale: candidate.codiceFiscale,
      person: { ...candidate },
      fromAddress: candidate.casella,
      facts: asJson(facts),
      state: moveState(facts),
      sequence: 1,
    })),
  });
}

/**
 * Keeps a move that is planned again from its fact. False when its person or its row belongs to another one.
 */
export async function restoreMove(tx: Tx, move: Omit<NewMove, 'load'>): Promise<boolean> {
  const { id, holder, campaign, row } = move;
  const taken = { campaign, OR: [{ row }, { codiceFiscale: move.candidate.codiceFiscale }] };
  const known = await tx.move.findMany({ where: { OR: [{ id }, taken] } });
  if (known.length === 0) await insertMoves(tx, [{ ...move, load: planAgain }]);
  return known.every((other) => other.id === id && other.holder === holder && other.row === row);
}

/** These persons stand in this load too, unchanged: a second row of theirs in the same file will be one too many. */
export async function markSeen(tx: Tx, campaign: string, codes: readonly string[], load: string): Promise<void> {
  if (codes.length > 0)
    await tx.move.updateMany({ where: { campaign, codiceFiscale: { in: [...codes] } }, data: { load } });
}

/** Who of these persons stands in the campaign already, by codice fiscale. */
export async function knownRows(
  tx: Tx,
  campaign: string,
  codes: readonly string[],
): Promise<Map<string, { fingerprint: string; load: string }>> {
  const rows = await tx.move.findMany({
    where: { campaign, codiceFiscale: { in: [...codes] } },
    select: { codiceFiscale: true, fingerprint: true, load: true },
  });
  return new Map(rows.map(({ codiceFiscale, ...row }) => [codiceFiscale, row]));
}

/** The move, its row locked until the transaction ends. */
export async function lockMove(tx: Tx, id: string): Promise<(Omit<Move, 'facts'> & { facts: MoveFacts }) | null> {
  await tx.$queryRaw`SELECT 1 FROM move WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.move.findUnique({ where: { id } });
  // The column holds what `keepFacts` wrote, nothing else.
  return row && { ...row, facts: row.facts as object as MoveFacts };
}

/** Keeps the facts of a locked move, and what lists read from them. */
export async function saveFacts(tx: Tx, id: string, facts: MoveFacts, sequence: number): Promise<void> {
  const completed = facts.ended === 'completed' ? facts.switched?.at : undefined;
  await tx.move.update({
    where: { id },
    data: {
      facts: asJson(facts),
      state: moveState(facts),
      sequence,
      toAddress: facts.reserved?.address ?? null,
      announcedAt: dateOf(facts.announced),
      confirmedAt: dateOf(facts.confirmed?.at),
      completedAt: dateOf(completed),
    },
  });
}

/** How many moves of a campaign have no outcome yet. */
export async function countOpenMoves(tx: Tx, campaign: string): Promise<number> {
  return tx.move.count({ where: { campaign, state: { in: ['planned', 'announced', 'confirmed'] } } });
}

/** How many moves of a campaign stand where. */
export async function countByState(tx: Tx, campaign: string): Promise<Map<string, number>> {
  const groups = await tx.move.groupBy({ by: ['state'], where: { campaign }, _count: true });
  return new Map(groups.map(({ state, _count }) => [state, _count]));
}

function dateOf(at: number | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}

function asJson(facts: MoveFacts): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(facts)) as Prisma.InputJsonObject;
}
