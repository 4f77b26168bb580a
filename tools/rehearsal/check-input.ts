import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@recapito/servers';
import { programOf, wordsToRun } from '../supervisor/index.ts';
import { NotUnderstood } from './options.ts';
import type { Options } from './options.ts';
import { NotAScenario, readScenario } from './scenario.ts';
import { wordsIn } from './words.ts';
import type { Behaviour } from './scenario.ts';

const run = promisify(execFile);

/** The input is refused: exit code 2, and this one sentence. */
export class InputRefused extends Error {}

/**
 * Looks at everything that was given before a server starts or anything changes.
 * @returns the scenario; empty when all behaviours are drawn
 * @throws InputRefused
 */
export async function checkInput({ cohort, scenario, programme, language }: Options): Promise<Map<string, Behaviour>> {
  const words = wordsIn[language];
  if (!existsSync(join(root, 'programmes', programme, 'rehearsal.json')))
    throw new NotUnderstood(words.noProgramme(programme));
  if (!existsSync(cohort)) throw new InputRefused(words.noCohort(cohort));
  await checkCohort(cohort);
  try {
    return scenario === null ? new Map() : readScenario(scenario, words.scenario);
  } catch (error) {
    throw error instanceof NotAScenario ? new InputRefused(error.message) : error;
  }
}

/** Migration's own reader says whether the file is a cohort: a program of its own, so that nothing else is started. */
async function checkCohort(cohort: string): Promise<void> {
  const program = programOf('migration', 'cohort-file/check-cohort.ts');
  try {
    await run(process.execPath, [...wordsToRun(program), cohort]);
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    if (code === 2) throw new InputRefused((stderr ?? '').trim());
    throw error;
  }
}
