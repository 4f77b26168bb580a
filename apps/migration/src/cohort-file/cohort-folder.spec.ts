import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CohortFolder } from './cohort-folder.ts';

let folder: string;
const lying = () => readdirSync(join(folder, 'cohorts'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-cohorts-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

// @rule COHORT-NOTHING-LEFT
describe('the folder of cohorts', () => {
  test('keeps nothing of an upload that breaks off: it names persons', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('codice_fiscale;nome\nRSSMRA80A01H501U;Mario\n');
        throw new Error('the client has gone');
      })(),
    );
    await expect(new CohortFolder(folder).save(broken)).rejects.toThrow('the client has gone');
    expect(lying()).toEqual([]);
  });

  test('keeps nothing of what is no cohort', async () => {
    const outcome = await new CohortFolder(folder).save(Readable.from([Buffer.from('una lettera\n')]));
    expect(outcome).toMatchObject({ refused: expect.any(String) });
    expect(lying()).toEqual([]);
  });

  test('clears away what a process that died had begun to take, and nothing that may still be coming in', async () => {
    const cohorts = new CohortFolder(folder);
    await cohorts.save(Readable.from([Buffer.from('niente')]));
    for (const name of ['vecchio.part', 'nuovo.part', 'vecchio.csv']) writeFileSync(join(folder, 'cohorts', name), 'x');
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (const name of ['vecchio.part', 'vecchio.csv']) utimesSync(join(folder, 'cohorts', name), yesterday, yesterday);
    await cohorts.save(Readable.from([Buffer.from('niente')]));
    expect(lying().toSorted()).toEqual(['nuovo.part', 'vecchio.csv']);
  });
});
