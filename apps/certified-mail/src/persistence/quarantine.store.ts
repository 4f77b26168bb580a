import { formatInstant, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** An infected message that is kept aside. */
export interface Quarantined {
  readonly id: string;
  /** The message that it was, or would have been. */
  readonly identificativo: string;
  /** Which of our providers found it. */
  readonly provider: string;
  readonly point: 'access' | 'incoming';
  readonly sender: string;
  readonly recipients: readonly string[];
  /** What the scanner calls it. */
  readonly virus: string;
  readonly bytes: number;
  readonly at: Instant;
  /** From this instant on it is erased. */
  readonly keepUntil: Instant;
  /** Of the file, which is encrypted. */
  readonly sha256: string;
}

export async function addQuarantined(tx: Tx, kept: Quarantined): Promise<void> {
  const { at, keepUntil, recipients, ...row } = kept;
  const times = { at: formatInstant(at), keepUntil: formatInstant(keepUntil) };
  await tx.quarantined.create({ data: { ...row, ...times, recipients: [...recipients] } });
}

/** Of what is kept, from after one on (by instant, then id), the next so many. */
export async function quarantinePage(
  tx: Tx,
  { after, limit }: { after: { at: Instant; id: string } | null; limit: number },
): Promise<Quarantined[]> {
  const from = after === null ? {} : { OR: [{ at: { gt: new Date(after.at) } }, beyond(after)] };
  const rows = await tx.quarantined.findMany({
    where: { erasedAt: null, ...from },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    take: limit,
  });
  return rows.map(quarantinedOf);
}

/** One that is kept; undefined when there is none of that id, or it has been erased. */
export async function quarantined(tx: Tx, id: string): Promise<Quarantined | undefined> {
  const row = await tx.quarantined.findFirst({ where: { id, erasedAt: null } });
  return row === null ? undefined : quarantinedOf(row);
}

/** What is to be erased at an instant. */
export async function quarantineToErase(tx: Tx, at: Instant, limit: number): Promise<string[]> {
  const rows = await tx.quarantined.findMany({
    where: { erasedAt: null, keepUntil: { lte: new Date(at) } },
    select: { id: true },
    take: limit,
  });
  return rows.map(({ id }) => id);
}

export async function recordErasedQuarantine(tx: Tx, ids: readonly string[], at: Instant): Promise<void> {
  await tx.quarantined.updateMany({ where: { id: { in: [...ids] } }, data: { erasedAt: new Date(at) } });
}

/** When the next is to be erased; null when nothing is kept. */
export async function earliestToErase(tx: Tx): Promise<Instant | null> {
  const row = await tx.quarantined.findFirst({ where: { erasedAt: null }, orderBy: { keepUntil: 'asc' } });
  return row === null ? null : instant(row.keepUntil.getTime());
}

/** Of these names of files, those of messages that are kept. */
export async function keptAmong(tx: Tx, names: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ name: string }[]>(
    `SELECT id::text AS name FROM quarantined WHERE id::text = ANY($1::text[]) AND erased_at IS NULL`,
    names,
  );
  return new Set(rows.map(({ name }) => name));
}

function beyond({ at, id }: { at: Instant; id: string }) {
  return { at: new Date(at), id: { gt: id } };
}

type Row = Omit<Quarantined, 'at' | 'keepUntil' | 'point'> & { at: Date; keepUntil: Date; point: string };

function quarantinedOf({ at, keepUntil, point, ...row }: Row): Quarantined {
  return {
    ...row,
    point: point === 'access' ? 'access' : 'incoming',
    at: instant(at.getTime()),
    keepUntil: instant(keepUntil.getTime()),
  };
}
