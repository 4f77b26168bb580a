import { hashesAt, joinHashes, tilePath, tileWidth } from '../domain/tiles.ts';
import { traceLine } from '../domain/trace-line.ts';
import { daysBelow, entriesOf } from '../persistence/entry.store.ts';
import type { TraceDay } from '../persistence/entry.store.ts';
import { edgeAt, noteAt, tilesBetween } from '../persistence/tree.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { TraceFolder } from '../trace-folder/trace-folder.ts';

/** What to write, where, and whom to tell how far it is. */
export interface ExportToWrite {
  /** The size of a checkpoint. */
  readonly size: number;
  readonly folder: TraceFolder;
  /** Called with the number of entries written so far; false ends the writing. */
  readonly progress: (written: number) => Promise<boolean>;
}

const entriesAtOnce = 2_000;
const tilesAtOnce = 500;

class Ended extends Error {}

/**
 * Writes the trace up to a checkpoint: `checkpoint`, `entries/<day>.ndjson`, `tile/`. Nothing that it reads ever
 * changes, so it needs no transaction; an export of the same size is the same, byte for byte.
 * @returns false when it was ended before it was whole.
 * @rule TRACE-EXPORT
 */
export async function writeExport(tx: Tx, { size, folder, progress }: ExportToWrite): Promise<boolean> {
  const note = await noteAt(tx, size);
  if (note === null) throw new Error(`no checkpoint was signed at size ${size}`);
  try {
    const days = await daysBelow(tx, size);
    for (const [position, day] of days.entries()) {
      const until = days[position + 1]?.firstIndex ?? size;
      await folder.stream(`entries/${day.day}.ndjson`, linesOf(tx, day, until, progress));
    }
  } catch (error) {
    if (error instanceof Ended) return false;
    throw error;
  }
  await writeTiles(tx, size, folder);
  await folder.write('checkpoint', note);
  return true;
}

async function* linesOf(
  tx: Tx,
  { day, firstIndex }: TraceDay,
  until: number,
  progress: ExportToWrite['progress'],
): AsyncGenerator<string> {
  for (let from = firstIndex; from < until;) {
    const entries = await entriesOf(tx, { day, from, until, limit: entriesAtOnce });
    if (entries.length === 0) throw new Error(`entry ${from} is not in the database`);
    yield entries.map(traceLine).join('');
    from += entries.length;
    if (!(await progress(from))) throw new Ended();
  }
}

/** Full tiles as they are kept; the partial ones of this size from its right edge. */
async function writeTiles(tx: Tx, size: number, folder: TraceFolder): Promise<void> {
  const edge = await edgeAt(tx, size);
  for (const [level, hashes] of edge.levels.entries()) {
    const full = Math.floor(hashesAt(level, size) / tileWidth);
    for (let from = 0; from < full; from += tilesAtOnce)
      for (const tile of await tilesBetween(tx, { level, from, until: Math.min(full, from + tilesAtOnce) }))
        await folder.write(tilePath({ level, index: tile.index, width: tileWidth }), tile.hashes);
    if (hashes.length > 0)
      await folder.write(tilePath({ level, index: full, width: hashes.length }), joinHashes(hashes));
  }
}
