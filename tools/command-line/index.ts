// What the commands for operators share: reading the words of a command line, folders, exit codes.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { Refused } from '@recapito/installation';
import { root } from '@recapito/servers';

export { Refused };

/** Options of a command, as `parseArgs` of Node takes them; `help` is one of them. */
export type CommandOptions = NonNullable<ParseArgsConfig['options']> & {
  readonly help: { readonly type: 'boolean'; readonly default: false };
};

/** What stands on a command line: the options as `values`, all else as `positionals`. */
export type Words<Options extends CommandOptions> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>;

/** @throws Refused with the help text when the words cannot be read. */
function readWords<Options extends CommandOptions>(options: Options, help: string): Words<Options> {
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

interface Command<Options extends CommandOptions> {
  readonly options: Options;
  readonly help: string;
  readonly run: (words: Words<Options>) => void | Promise<void>;
}

/**
 * Runs a command of this process to its exit code: 0 done, or the help text shown; 2 refused, with the reason on standard
 * error. Other errors are thrown.
 */
export async function exitCodeOf<Options extends CommandOptions>({
  options,
  help,
  run,
}: Command<Options>): Promise<number> {
  try {
    const words = readWords(options, help);
    if ('help' in words.values && words.values.help === true) process.stdout.write(help);
    else await run(words);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    return 2;
  }
}
