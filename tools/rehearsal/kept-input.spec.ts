import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InputRefused } from './check-input.ts';
import { keepEnd, keepInput, optionsToContinue } from './kept-input.ts';
import { NotUnderstood, readOptions } from './options.ts';

const place = mkdtempSync(join(tmpdir(), 'recapito-kept-'));
const run = join(place, 'run');
const begun = readOptions(['--cohort', 'mia.csv', '--seed', '7'], place);
const continued = readOptions(['--continue', 'run'], place);

beforeAll(async () => {
  writeFileSync(begun.cohort, 'codice_fiscale\n');
  await keepInput(run, begun);
});

afterAll(() => rmSync(place, { recursive: true }));

test('a folder that is none of a run is named', () => {
  expect(() => optionsToContinue(continued, place)).toThrow(
    new NotUnderstood(`${place} non è la cartella di una prova che possa riprendere.`),
  );
});

test('a run goes on with what it began with', () => {
  expect(optionsToContinue(continued, run)).toEqual({
    ...continued,
    cohort: join(run, 'rehearsal', 'coorte.csv'),
    scenario: null,
    seed: 7,
  });
});

test('a run that is over does not go on, and says where its report is', async () => {
  await keepEnd(run, join(place, 'esito'));
  expect(() => optionsToContinue(continued, run)).toThrow(
    new InputRefused(`La prova in ${run} è finita; il suo resoconto è in ${join(place, 'esito')}.`),
  );
});
