// What the commands for operators share: reading the words of a command line, folders, exit codes.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { root } from '../servers/index.ts';

/** What was asked for cannot be done; the message says why, in the words of the person who asked. Nothing was changed. */
export class Refused extends Error {}

/** The options and the other words of the command line. @throws Refused with the help text when they cannot be read. */
export function readWords<Options extends NonNullable<ParseArgsConfig['options']>>(options: Options, help: string) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Refused(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

/** A folder as the caller means it: npm runs scripts in the root of the repository and keeps the caller's in INIT_CWD. */
export function callersPath(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

/** The folder of secrets that --secrets names; that of `npm start` and `npm run dev` when it was left out. */
export function secretsFolder(given: string | undefined): string {
  return given === undefined ? join(root, '.recapito', 'secrets') : callersPath(given);
}

/** Runs a command to its exit code: 0 done, 2 refused, with the reason on standard error. Other errors are thrown. */
export async function exitCodeOf(run: () => void | Promise<void>): Promise<number> {
  try {
    await run();
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    return 2;
  }
}
