import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DueWork, Health, Metrics } from '@recapito/platform';
import type { Database } from '@recapito/database';
import type { SuiteClock } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { OrphanWatch } from '../files/orphan-watch.ts';
import { Quarantine } from '../files/quarantine.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { ClearQuarantine } from './clear-quarantine.ts';

const dayMs = 86_400_000;
let folder: string;
let quarantine: Quarantine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-quarantine-'));
  quarantine = new Quarantine(folder, [Buffer.alloc(32, 1)]);
  await quarantine.prepare();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A database without a row, as one that was put back has none of what it has forgotten. */
const client = {
  $queryRawUnsafe: () => Promise.resolve([]),
  quarantined: { findMany: () => Promise.resolve([]), updateMany: () => Promise.resolve({ count: 0 }) },
} as unknown as PrismaClient;

/** Clears the quarantine, as a process does that has just started. */
async function clear(): Promise<void> {
  const database = { client } as Database<PrismaClient>;
  const clock = { now: () => parseInstant('2013-08-02T07:00:00Z') } as SuiteClock;
  const watch = new OrphanWatch(new Health(), new Metrics('spec'));
  await new ClearQuarantine(database, clock, quarantine, new DueWork(), watch).run();
}

/** Lets a file be as old as that. */
function age(path: string, days: number): void {
  const then = new Date(Date.now() - days * dayMs);
  utimesSync(join(folder, path), then, then);
}

// @rule ORPHAN-KEPT
test('an infected message that no row names is kept for thirty months after it was set aside, and no longer', async () => {
  await quarantine.write('evidence', Buffer.from('virus'));
  age('evidence', 1);
  await clear();
  expect((await quarantine.files.orphans()).map(({ name }) => name)).toEqual(['evidence']);
  age('orphans/evidence', 929);
  await clear();
  expect(await quarantine.files.orphans()).toHaveLength(1);
  age('orphans/evidence', 931);
  await clear();
  expect(await quarantine.files.orphans()).toEqual([]);
});
