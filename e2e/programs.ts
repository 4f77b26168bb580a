import { execFile } from 'node:child_process';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs a program that is not ours to its end, whatever that is. */
export function runProgram(command: string, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, words, { maxBuffer: 1 << 26, timeout: 60_000 }, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}
