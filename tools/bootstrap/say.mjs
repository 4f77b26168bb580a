// What the bootstrap tells the person at the terminal.
import { execFile } from 'node:child_process';

/** A reason to stop that a person can act upon; it is shown without a stack. */
export class Complaint extends Error {}

/** One line on what is being done and why. */
export function say(line) {
  console.log(`bootstrap: ${line}`);
}

/**
 * Runs a command to its end and answers what it printed, which is shown only when it fails: then it is the complaint.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ folder?: string, environment?: Record<string, string> }} [options]
 * @returns {Promise<string>}
 */
export function run(command, parameters, { folder, environment } = {}) {
  const options = { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    const child = execFile(command, parameters, options, (error, out, errors) => {
      if (error === null) return resolve(out);
      const why = `${out}${errors}`.trimEnd().split('\n').slice(-40).join('\n') || error.message;
      const ended = error.signal ?? error.code;
      return reject(new Complaint(`${command} ${parameters.join(' ')} failed (${ended}):\n${why}`));
    });
    child.stdin.end();
  });
}

/** Steps that do not need each other, side by side. All are over before one that has failed is told. */
export async function together(...steps) {
  const ended = await Promise.allSettled(steps.map((step) => step()));
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}
