// What a run was begun with, in its folder: whoever goes on with it needs the same people, programme and seed.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NotUnderstood } from './options.ts';
import type { Options } from './options.ts';

const kept = z.object({ programme: z.string(), seed: z.int(), hasScenario: z.boolean() });

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

/** The options of a run that goes on: those that it began with. @throws NotUnderstood when the folder is not that of a run */
export async function optionsToContinue(options: Options, run: string): Promise<Options> {
  const folder = join(run, 'rehearsal');
  const file = join(folder, 'input.json');
  if (!existsSync(file)) throw new NotUnderstood(`${run} is not the folder of a run that can go on`);
  const { programme, seed, hasScenario } = kept.parse(JSON.parse(await readFile(file, 'utf8')));
  const scenario = hasScenario ? join(folder, 'scenario.csv') : null;
  return { ...options, programme, seed, cohort: join(folder, 'coorte.csv'), scenario };
}
