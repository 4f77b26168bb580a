// What a run was begun with, in its folder: whoever goes on with it needs the same people, programme and seed.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { z } from 'zod';
import { InputRefused } from './check-input.ts';
import { NotUnderstood } from './options.ts';
import type { Options } from './options.ts';
import { wordsIn } from './words.ts';

const kept = z.object({ programme: z.string(), seed: z.int(), hasScenario: z.boolean() });
const ended = z.object({ reportFolder: z.string() });

const endOf = (run: string) => join(run, 'rehearsal', 'ended.json');

/** Keeps the input of a new run in its folder. */
export async function keepInput(run: string, { programme, seed, cohort, scenario }: Options): Promise<void> {
  const folder = join(run, 'rehearsal');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await copyFile(cohort, join(folder, 'coorte.csv'));
  if (scenario !== null) await copyFile(scenario, join(folder, 'scenario.csv'));
  await writeFile(
    join(folder, 'input.json'),
    `${JSON.stringify({ programme, seed, hasScenario: scenario !== null })}\n`,
  );
}

/** Notes in the folder of a run that it is over, and where its report is. */
export async function keepEnd(run: string, reportFolder: string): Promise<void> {
  await writeFile(endOf(run), `${JSON.stringify({ reportFolder })}\n`);
}

/**
 * The options of a run that goes on: those that it began with.
 * @throws NotUnderstood when the folder is not that of a run
 * @throws InputRefused when the run is over
 */
export function optionsToContinue(options: Options, run: string): Options {
  const folder = join(run, 'rehearsal');
  const file = join(folder, 'input.json');
  const words = wordsIn[options.language];
  if (!existsSync(file)) throw new NotUnderstood(words.notARun(run));
  if (existsSync(endOf(run))) {
    const { reportFolder } = readJsonFile(endOf(run), ended);
    throw new InputRefused(words.over(run, reportFolder));
  }
  const { programme, seed, hasScenario } = readJsonFile(file, kept);
  const scenario = hasScenario ? join(folder, 'scenario.csv') : null;
  return { ...options, programme, seed, cohort: join(folder, 'coorte.csv'), scenario };
}
