// One bootstrap at a time: two npm commands started together must not install into each other.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './say.mjs';
import { workshop } from './stamps.mjs';

const file = join(workshop, 'bootstrap.lock');

/** Runs the work while no other bootstrap of this checkout does. A lock whose owner is dead counts for nothing. */
export async function withLock(work) {
  mkdirSync(workshop, { recursive: true });
  let told = false;
  while (!take()) {
    const owner = readOwner();
    if (owner !== undefined && !isAlive(owner)) rmSync(file, { force: true });
    else {
      if (!told) say(`waiting for another bootstrap of this checkout (pid ${owner ?? 'unknown'})`);
      told = true;
      await pause(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The pid in the lock; undefined when the lock has gone, or is being written at this moment. */
function readOwner() {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
