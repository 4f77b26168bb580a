import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Spool } from '../files/spool.ts';
import { sweepOrphans } from './sweep-orphans.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let folder: string;
let files: Spool;
/** The names that the database has rows of. */
let rows: Set<string>;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'recapito-orphans-')), 'spool');
  files = new Spool(folder);
  rows = new Set();
  await files.prepare();
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const sweep = (epoch = 0) =>
  sweepOrphans(files, {
    inUse: (names) => Promise.resolve(new Set(names.filter((name) => rows.has(name)))),
    epoch,
    olderThanMs: hourMs,
    keptMs: 30 * dayMs,
  });

/** Lets a file be as old as that. */
function age(path: string, milliseconds: number): void {
  const then = new Date(Date.now() - milliseconds);
  utimesSync(join(folder, path), then, then);
}

/** A message in the spool, with a row unless it is an orphan. @returns its SHA-256 */
async function message(name: string, { row = true, ageMs = 2 * hourMs, place = '' } = {}): Promise<string> {
  const sha256 = await files.write(name, Buffer.from(name));
  age(join(place, name), ageMs);
  if (row) rows.add(name);
  return sha256;
}

describe('a file that no row names', () => {
  // @rule ORPHAN-ASIDE ORPHAN-TAKEN-BACK
  test('is set aside when it is an hour old, and read from there when a row names it after all', async () => {
    const sha256 = await message('accepted', { row: false });
    await message('on-its-way');
    await message('of-now', { row: false, ageMs: 0 });
    expect(await sweep()).toEqual({ setAside: ['accepted'], tooMany: 0, kept: 1 });
    expect(readdirSync(folder).sort()).toEqual(['of-now', 'on-its-way', 'orphans']);
    expect((await files.read('accepted', sha256)).toString()).toBe('accepted');
    expect(existsSync(join(folder, 'accepted'))).toBe(true);
  });

  // @rule ORPHAN-TAKEN-BACK
  test('goes back to its place when the right database is there again', async () => {
    await message('accepted', { row: false });
    await sweep();
    rows.add('accepted');
    expect(await sweep()).toEqual({ setAside: [], tooMany: 0, kept: 0 });
    expect(existsSync(join(folder, 'accepted'))).toBe(true);
  });

  // @rule ORPHAN-KEPT
  test('is erased thirty days after it was set aside, and not before', async () => {
    await message('nobody-s', { row: false, ageMs: 400 * dayMs });
    await sweep();
    age('orphans/nobody-s', 29 * dayMs);
    expect((await sweep()).kept).toBe(1);
    age('orphans/nobody-s', 31 * dayMs);
    expect((await sweep()).kept).toBe(0);
  });

  // @rule ORPHAN-KEPT
  test('of an earlier epoch is never erased: the database that knew it was put back; its copy may be younger than it', async () => {
    await message('answered-with-250', { row: false, ageMs: 2 * hourMs });
    const epoch = Date.now() - 60 * dayMs;
    await files.enter(epoch);
    await message('of-this-epoch', { row: false, place: `e${epoch}` });
    await sweep(epoch);
    age('orphans/answered-with-250', 31 * dayMs);
    age(`orphans/e${epoch}/of-this-epoch`, 31 * dayMs);
    expect((await sweep(epoch)).kept).toBe(1);
    expect((await files.orphans()).map(({ name }) => name)).toEqual(['answered-with-250']);
  });
});

// @rule ORPHANS-TOO-MANY
describe('files and database that do not belong together', () => {
  test('are left as they are: more than ten orphans at once are moved nowhere', async () => {
    for (let nth = 0; nth < 11; nth += 1) await message(`of-another-database-${nth}`, { row: false });
    expect(await sweep()).toEqual({ setAside: [], tooMany: 11, kept: 0 });
    expect((await files.list()).length).toBe(11);
  });

  test('ten are set aside, and of a thousand files one in a hundred', async () => {
    for (let nth = 0; nth < 10; nth += 1) await message(`orphan-${nth}`, { row: false });
    expect((await sweep()).setAside).toHaveLength(10);
    for (let nth = 0; nth < 1_190; nth += 1) await message(`known-${nth}`, { ageMs: 0 });
    for (let nth = 10; nth < 22; nth += 1) await message(`orphan-${nth}`, { row: false });
    expect(await sweep()).toMatchObject({ tooMany: 0, kept: 22 });
  });
});

test('a file that was never written to its end is erased: nobody was told that it is here', async () => {
  writeFileSync(join(folder, 'half.0.part'), 'a');
  age('half.0.part', 2 * hourMs);
  expect(await sweep()).toEqual({ setAside: [], tooMany: 0, kept: 0 });
  expect(await files.list()).toEqual([]);
});
