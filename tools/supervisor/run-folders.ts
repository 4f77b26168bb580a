import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftovers, isAlive, readRecord, removeRun, RunFolder } from '@recapito/servers';

/** Runs whose folders stay for whoever wants to look at them, the new one included. */
const kept = 3;

/**
 * A folder of its own for a new run, `runs/2026-11-22T04-36-41`. First what earlier runs that were killed have left
 * running is ended, and the oldest folders go; a run that lives is left alone in every respect.
 */
export async function newRun(runs: string, now: Date): Promise<RunFolder> {
  await mkdir(runs, { recursive: true });
  const ended: string[] = [];
  for (const name of (await readdir(runs)).sort()) {
    if (await hasEnded(join(runs, name))) ended.push(join(runs, name));
  }
  for (const folder of ended.slice(0, Math.max(0, ended.length - (kept - 1)))) await removeRun(folder);
  return RunFolder.claim(join(runs, now.toISOString().slice(0, 19).replaceAll(':', '-')));
}

async function hasEnded(folder: string): Promise<boolean> {
  const record = await readRecord(folder);
  if (!record) return true;
  if (isAlive(record.supervisor)) return false;
  await endLeftovers(record);
  await rm(join(folder, 'run.json'), { force: true });
  return true;
}
