import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { RunDoor } from './run-door.ts';

const folder = mkdtempSync(join(tmpdir(), 'recapito-run-door-'));
const at = parseInstant('2010-08-02T10:00:00Z');
let door: RunDoor;

beforeAll(async () => {
  door = await RunDoor.open(0, {
    programme: 'pec-2010',
    stage: 'trace',
    imports: at,
    bound: at,
    ends: at,
    rows: { read: 3, of: 3 },
    deaths: [],
  });
});

afterAll(() => {
  door.close();
  rmSync(folder, { recursive: true });
});

// @rule CONSOLE-REPORT
test('the report of a run is there once the run is over, and not before', async () => {
  const files = ['outcome.json', 'scarti.csv'];
  const asked = async () =>
    await Promise.all(
      files.map(async (name) => {
        const response = await fetch(`http://127.0.0.1:${door.port}/report/${name}`);
        return [response.status, response.ok ? await response.text() : ''];
      }),
    );
  // What lies in the folder is no report before the run says so.
  writeFileSync(join(folder, 'scarti.csv'), 'riga;motivo\n');
  expect((await asked()).map(([status]) => status)).toEqual([404, 404]);
  door.report(folder, { broken: [] });
  expect(await asked()).toEqual([
    [200, '{"broken":[]}'],
    [200, 'riga;motivo\n'],
  ]);
});
