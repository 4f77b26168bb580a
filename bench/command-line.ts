import { parseArgs } from 'node:util';
import type { Size } from './benchmark.ts';

/** What was asked for. No names: the list. */
export interface Asked {
  readonly names: readonly string[];
  readonly size: Size;
  readonly help: boolean;
}

/** The command line was not understood; the message says what is wrong with it. */
export class NotUnderstood extends Error {}

/**
 * Reads the command line against the names that there are; `all` stands for every one, in their order.
 * @throws NotUnderstood
 */
export function readCommandLine(words: readonly string[], known: readonly string[]): Asked {
  const { values, positionals } = parsed(words);
  const unknown = positionals.filter((name) => name !== 'all' && !known.includes(name));
  if (unknown.length > 0) throw new NotUnderstood(`There is no benchmark called ${unknown.join(', ')}.`);
  const names = positionals.includes('all') ? known : known.filter((name) => positionals.includes(name));
  return { names, size: values.small ? 'small' : 'full', help: values.help ?? false };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { small: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new NotUnderstood(error instanceof Error ? error.message : String(error));
  }
}
