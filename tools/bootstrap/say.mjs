// What the bootstrap tells the person at the terminal.
import { spawnSync } from 'node:child_process';

/** A reason to stop that a person can act upon; it is shown without a stack. */
export class Complaint extends Error {}

/** One line on what is being done and why. */
export function say(line) {
  console.log(`bootstrap: ${line}`);
}

/**
 * Runs a command to its end. Its output is shown only when it fails: then it is the complaint.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ folder?: string, environment?: Record<string, string> }} [options]
 */
export function run(command, parameters, { folder, environment } = {}) {
  const done = spawnSync(command, parameters, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.status === 0) return done.stdout;
  const why = done.error?.message ?? `${done.stdout}${done.stderr}`.trimEnd().split('\n').slice(-40).join('\n');
  throw new Complaint(`${command} ${parameters.join(' ')} failed (${done.signal ?? done.status}):\n${why}`);
}
