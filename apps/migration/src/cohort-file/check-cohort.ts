import { NotACohort, readCohort } from './read-cohort.ts';

/**
 * `check-cohort.ts FILE`: proves that a file is a cohort, before anything is started or changed.
 * Exit codes: 0 it is one (the number of rows on standard output), 2 it is not (one sentence on standard error).
 */
const [path = ''] = process.argv.slice(2);
try {
  let rows = 0;
  for await (const _ of readCohort(path)) rows += 1;
  process.stdout.write(`${rows}\n`);
} catch (error) {
  process.stderr.write(
    `${error instanceof NotACohort ? error.refusal.words.it : `${path} non si può leggere: ${String(error)}`}\n`,
  );
  process.exitCode = 2;
}
