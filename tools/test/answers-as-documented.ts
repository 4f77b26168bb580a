// Jest runs this before each spec file: a test fails in which a service has answered otherwise than docs/api says.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from '@jest/globals';
import './watch-answers.ts';

const deviations = join(tmpdir(), `recapito-deviations-${process.pid}`);
process.env['RECAPITO_DEVIATIONS'] = deviations;
rmSync(deviations, { force: true });

afterEach(failOnDeviation);
// Answers that a spec's own last hooks have asked for.
afterAll(failOnDeviation);

function failOnDeviation(): void {
  if (!existsSync(deviations)) return;
  const lines = [...new Set(readFileSync(deviations, 'utf8').trimEnd().split('\n'))];
  rmSync(deviations);
  throw new Error(`services answered otherwise than docs/api says:\n${lines.join('\n')}`);
}
