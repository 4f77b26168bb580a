// What lies in the folder of a trace, and what a tree of a given size has to have there.
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const tileWidth = 256;
const largestSmallFile = 65_536;
const largestLine = 8 * 1024 * 1024;

/**
 * The regular files below `folder`, as paths from it, sorted; and what has no place in a trace whatever its name:
 * links, pipes, empty folders.
 */
export async function filesOf(folder, below = '') {
  const found = { files: [], others: [] };
  for (const name of (await readdir(join(folder, below))).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const about = await lstat(join(folder, path));
    const inside = about.isDirectory() ? await filesOf(folder, path) : { files: [], others: [] };
    found.files.push(...(about.isFile() ? [path] : inside.files));
    found.others.push(...inside.others);
    if (!about.isFile() && inside.files.length + inside.others.length === 0) found.others.push(path);
  }
  return found;
}

/** The tiles of a tree of `size` leaves, as paths (C2SP tlog-tiles) with their width in hashes. */
export function tilesOf(size) {
  const tiles = new Map();
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / tileWidth))
    for (let index = 0; index * tileWidth < hashes; index += 1) {
      const width = Math.min(tileWidth, hashes - index * tileWidth);
      tiles.set(tilePath(level, index, width), width);
    }
  return tiles;
}

function tilePath(level, index, width) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return `tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** The day of `entries/2010-08-02.ndjson`, or `null` when the path is not that of a day of the calendar. */
export function dayOfPath(path) {
  const [, day] = /^entries\/(\d{4}-\d{2}-\d{2})\.ndjson$/.exec(path) ?? [];
  const at = new Date(`${day}T00:00:00Z`);
  return day !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : null;
}

/** The bytes of a small regular file; `null` when there is none, or it is larger than any checkpoint or tile. */
export async function smallFile(path) {
  const about = await lstat(path).catch(() => null);
  return about?.isFile() && about.size <= largestSmallFile ? readFile(path) : null;
}

/** Reads the hashes of one level of tiles from left to right, one tile in memory at a time. */
export class TileRow {
  #loaded = { index: -1, bytes: null };

  constructor(folder, level, size) {
    this.folder = folder;
    this.level = level;
    this.count = Math.floor(size / tileWidth ** level);
  }

  /** The hash at `index` of this level; `null` when its tile is missing or has another length than it must have. */
  async hashAt(index) {
    const tile = Math.floor(index / tileWidth);
    if (this.#loaded.index !== tile) {
      const width = Math.min(tileWidth, this.count - tile * tileWidth);
      const bytes = await smallFile(join(this.folder, this.pathOf(index)));
      this.#loaded = { index: tile, bytes: bytes?.length === width * 32 ? bytes : null };
    }
    const start = (index % tileWidth) * 32;
    return this.#loaded.bytes?.subarray(start, start + 32) ?? null;
  }

  /** The path of the tile that holds the hash at `index`. */
  pathOf(index) {
    const tile = Math.floor(index / tileWidth);
    return tilePath(this.level, tile, Math.min(tileWidth, this.count - tile * tileWidth));
  }
}

/**
 * The lines of a file, each with its newline, in groups as they come from the disk; a last line without newline comes
 * as it is, and of a line longer than 8 MiB only the beginning: neither is a line that a trace may have.
 */
export async function* linesOf(path) {
  let rest = [];
  let length = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const lines = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      lines.push(Buffer.concat([...rest, chunk.subarray(start, end + 1)]));
      [rest, length, start] = [[], 0, end + 1];
    }
    if (lines.length > 0) yield lines;
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > largestLine) break;
  }
  if (length > 0) yield [Buffer.concat(rest)];
}
