// The verification itself: what a folder says against what its checkpoint, and earlier ones, were signed over.
import { join } from 'node:path';
import { readEntry } from './entry.mjs';
import { dayOfPath, filesOf, linesOf, smallFile, TileRow, tilesOf } from './folder.mjs';
import { sortByLog } from './logs.mjs';
import { isSignedBy, readCheckpoint } from './notes.mjs';
import { GrowingTree, leafOf } from './tree.mjs';

const tileHeight = 8;

/**
 * Verifies the trace in `folder` against `key` and against earlier checkpoints (already known to be signed by it).
 * Gives the checkpoint (`null` when it cannot be trusted), the faults, `{ fault, ... }`, the telling one first, and the
 * logs of earlier checkpoints that ended before this one was declared.
 */
export async function verifyTrace(folder, key, earlier) {
  const bytes = await smallFile(join(folder, 'checkpoint'));
  const checkpoint = bytes && readCheckpoint(bytes);
  if (!bytes) return { checkpoint: null, ended: [], faults: [{ fault: 'checkpoint-missing' }] };
  if (!checkpoint) return { checkpoint: null, ended: [], faults: [{ fault: 'checkpoint-malformed' }] };
  if (!isSignedBy(checkpoint, key))
    return { checkpoint: null, ended: [], faults: [{ fault: 'checkpoint-not-signed' }] };
  const { files, others } = await filesOf(folder);
  const { own, ended, faults: inLogs } = sortByLog(checkpoint, earlier);
  const inEntries = await entryFaults(folder, files.filter(dayOfPath), checkpoint, own);
  const inFiles = await fileFaults(folder, files, checkpoint.size);
  const unlisted = others.map((path) => ({ fault: 'file-unlisted', path }));
  return { checkpoint, ended, faults: [...inLogs, ...inEntries, ...inFiles, ...unlisted] };
}

/** Files that the checkpoint does not account for, files that are not there, tiles of another length. */
async function fileFaults(folder, files, size) {
  const tiles = tilesOf(size);
  const faults = [];
  for (const path of files)
    if (path !== 'checkpoint' && !tiles.has(path) && dayOfPath(path) === null)
      faults.push({ fault: 'file-unlisted', path });
  for (const [path, width] of tiles) {
    const bytes = await smallFile(join(folder, path));
    if (bytes === null) faults.push({ fault: 'tile-missing', path });
    else if (bytes.length !== width * 32) faults.push({ fault: 'tile-length', path });
  }
  return faults;
}

/** Rebuilds the tree from the entries; stops at the first one that does not fit. */
async function entryFaults(folder, dayFiles, checkpoint, earlier) {
  const rebuilding = new Rebuilding(folder, checkpoint, earlier);
  for (const path of dayFiles) {
    const before = rebuilding.tree.size;
    for await (const lines of linesOf(join(folder, path)))
      for (const line of lines) {
        const misfit = rebuilding.take(line, dayOfPath(path)) ?? (await rebuilding.compared());
        if (misfit !== null) return [misfit, ...rebuilding.faults];
      }
    if (rebuilding.tree.size === before) rebuilding.faults.push({ fault: 'day-empty', path });
  }
  return rebuilding.finish();
}

/** The tree as it grows from the entries, beside the tiles and checkpoints it has to agree with. */
class Rebuilding {
  tree = new GrowingTree();
  faults = [];
  #rows = [];
  #completed = [];
  #nextHead = 0;
  #lastAgreed = 0;

  constructor(folder, checkpoint, earlier) {
    this.checkpoint = checkpoint;
    this.heads = [...earlier, { ...checkpoint, file: 'checkpoint' }].sort((one, other) => one.size - other.size);
    for (let level = 0; 256 ** level <= checkpoint.size; level += 1)
      this.#rows.push(new TileRow(folder, level, checkpoint.size));
    this.#compareHeads();
  }

  /** Reads a line and lets the tree grow by it; a fault when it is no entry, or not the one that is due. */
  take(line, day) {
    const index = this.tree.size;
    if (index >= this.checkpoint.size) return { fault: 'entry-unsigned', index };
    const entry = readEntry(line);
    if (entry === null) return { fault: 'entry-malformed', index };
    if (entry.index !== index) return { fault: 'entry-out-of-place', index, found: entry.index };
    this.tree.append(leafOf(entry, day), (height, place, hash) => {
      if (height % tileHeight === 0) this.#completed.push({ level: height / tileHeight, index: place, hash });
    });
    this.#compareHeads();
    return null;
  }

  /** Compares the hashes that the last entry completed with the tiles; a fault when its own leaf is another one. */
  async compared() {
    let misfit = null;
    for (const { level, index, hash } of this.#completed) {
      const row = this.#rows[level];
      const inTile = await row.hashAt(index);
      if (inTile === null || inTile.equals(hash)) continue;
      if (level === 0) misfit = { fault: 'entry-changed', index };
      else
        this.#fault({
          fault: 'tile-changed',
          path: row.pathOf(index),
          from: index * 256 ** level,
          until: (index + 1) * 256 ** level,
        });
    }
    this.#completed = [];
    return misfit;
  }

  /** What remains to be said when all lines are read. */
  finish() {
    const size = this.tree.size;
    if (size < this.checkpoint.size) return [{ fault: 'entry-missing', index: size }, ...this.faults];
    for (const { size: signed, file } of this.heads.filter((head) => head.size > size))
      this.#fault({ fault: 'entries-cut', file, size, signed });
    return this.faults;
  }

  /** Only the first of a kind is told: what comes after it follows from it. */
  #fault(fault) {
    if (!this.faults.some((known) => known.fault === fault.fault)) this.faults.push(fault);
  }

  #compareHeads() {
    for (; this.heads[this.#nextHead]?.size === this.tree.size; this.#nextHead += 1) {
      const { file, size, root } = this.heads[this.#nextHead];
      if (this.tree.root().equals(root)) this.#lastAgreed = size;
      else this.#fault({ fault: 'checkpoint-fails', file, size, from: this.#lastAgreed });
    }
  }
}
