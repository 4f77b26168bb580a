import { placeOf } from '../files/spool.ts';
import type { FoundFile, Spool } from '../files/spool.ts';

/** What is swept, and by which rules. */
export interface OrphanRules {
  /** The names among these that rows speak of. */
  readonly inUse: (names: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The epoch of the database now. */
  readonly epoch: number;
  /** How old a file must be before it counts: the transaction that names it may be about to commit. */
  readonly olderThanMs: number;
  /** How long an orphan of this epoch is kept. */
  readonly keptMs: number;
}

/** What a sweep has found. */
export interface OrphansFound {
  readonly setAside: readonly string[];
  /** Orphans that were left in their places, because they are too many: 0 unless so. */
  readonly tooMany: number;
  /** Files among the orphans now. */
  readonly kept: number;
}

/**
 * Sets aside the files that no row names, because a database that was put back names fewer than were answered for: the
 * file may be the only copy of a message that somebody holds a 250 for. Nothing that another epoch has written is erased,
 * and nothing at all is moved when so many have no row that files and database do not belong together.
 * @rule ORPHAN-ASIDE ORPHAN-KEPT ORPHANS-TOO-MANY
 */
export async function sweepOrphans(files: Spool, rules: OrphanRules): Promise<OrphansFound> {
  const before = Date.now() - rules.olderThanMs;
  const all = await files.list();
  const old = all.filter(({ sinceMs }) => sinceMs < before);
  for (const half of old.filter(isHalf)) await files.eraseHalf(half);
  const whole = old.filter((file) => !isHalf(file));
  const used = await rules.inUse(whole.map(({ name }) => name));
  const orphans = whole.filter(({ name }) => !used.has(name));
  if (orphans.length > Math.max(10, all.length / 100))
    return { setAside: [], tooMany: orphans.length, kept: (await files.orphans()).length };
  for (const orphan of orphans) await files.setAside(orphan);
  const kept = await endOrphans(files, rules);
  return { setAside: orphans.map(({ name }) => name), tooMany: 0, kept };
}

/**
 * Takes back the orphans that rows name again, and erases those of this epoch whose time is over.
 * @returns how many stay.
 */
async function endOrphans(files: Spool, { inUse, epoch, keptMs }: OrphanRules): Promise<number> {
  const orphans = await files.orphans();
  const used = await inUse(orphans.map(({ name }) => name));
  const until = Date.now() - keptMs;
  let kept = orphans.length;
  for (const orphan of orphans) {
    if (used.has(orphan.name)) await files.takeBack(orphan);
    else if (orphan.place === placeOf(epoch) && orphan.sinceMs < until) await files.eraseOrphan(orphan);
    else continue;
    kept -= 1;
  }
  return kept;
}

/** What was being written when its process died: it was never given its name. */
function isHalf({ name }: FoundFile): boolean {
  return name.endsWith('.part');
}
