import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { childProcess, eventually } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import type { CampaignReport } from '../tools/rehearsal/campaign-desk.ts';
import { CampaignDesk } from '../tools/rehearsal/campaign-desk.ts';
import type { Report } from '../tools/rehearsal/report/report.ts';
import { verifyFromOutside } from '../tools/rehearsal/report/trace.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import { readRecord, removeRun, root } from '@recapito/servers';
import { cohort, scenario } from './a-suite.ts';
import { comparable, expected, firstLoad } from './expected.ts';
import { alive, familyOf } from './family.ts';
import { runProgram } from './programs.ts';
import { factIdsIn } from './trace-facts.ts';

/** Where everything of this spec lies. PostgreSQL's account must be able to enter. */
let place: string;
let first: SpecProcess;
let second: SpecProcess;
/** The run that is lost, and the one that is made of its backup. */
let lost: string;
let back: string;
/** How the campaign stood when the backup began, by migration’s own report. */
let before: CampaignReport;
let resumed: string;

// As start.int-spec, which another command runs.
const base = 31_000;

function environment(): Record<string, string> {
  return {
    RECAPITO_RUNS: join(place, 'runs'),
    LC_ALL: 'C.UTF-8',
    RECAPITO_PORT_BASE: String(base),
    RECAPITO_ARGON2_MEMORY_KIB: '64',
    RECAPITO_ARGON2_PASSES: '1',
    RECAPITO_INFRA: '',
    RECAPITO_POSTGRES_URL: '',
    RECAPITO_KAFKA_BROKERS: '',
    RECAPITO_REDIS_URL: '',
  };
}

const start = (...words: string[]) =>
  childProcess(join(root, 'tools/rehearsal/main.ts'), { arguments: words, environment: environment() });

/** Runs one of the commands to its end. @returns what it said */
async function command(program: string, ...words: string[]): Promise<string[]> {
  const child = childProcess(join(root, 'tools/backup', program), { arguments: words, environment: environment() });
  expect(await child.exited()).toEqual({ code: 0, signal: null });
  return [...child.lines];
}

const backup = (name: string) => [join(place, name, 'data'), '--keys', join(place, name, 'keys')];

/** Waits until some have moved and most have not. @returns the report of migration */
async function inTheMiddle(): Promise<CampaignReport> {
  const token = readFileSync(join(root, '.recapito/secrets/operator.token'), 'utf8').trim();
  const web = (await first.line(/^La prova si segue a /, 240_000)).replace(/.*127\.0\.0\.1:(\d+)\/$/, '$1');
  const migration = (await first.line(/^Porte diverse|^La prova si segue a /)).match(/migration (\d+)/)?.[1];
  const url = `http://127.0.0.1:${migration ?? Number(web) + 3}`;
  const desk = new CampaignDesk(new SuiteServices({ migration: url }, token), 'inps-2010');
  return eventually(
    async () => {
      const report = await desk.report().catch(() => undefined);
      return report !== undefined && report.moves.completed > 0 && report;
    },
    { withinMs: 120_000 },
  );
}

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'recapito-restored-'));
  await chmod(place, 0o755);
  back = join(place, 'back');
  first = start('--cohort', cohort, '--scenario', scenario, '--once');
  lost = (await first.line(/^Cartella della prova: /, 120_000)).replace('Cartella della prova: ', '');
  before = await inTheMiddle();
  await command('main.ts', ...backup('running'));
  const family = familyOf([first.pid, ...((await readRecord(lost))?.children ?? []).map(({ pid }) => pid)]);
  first.signal('SIGKILL');
  await first.exited();
  await eventually(() => alive(family).length === 0);
  await removeRun(lost);

  await command('restore-main.ts', ...backup('running'), '--to', back);
  second = start('--continue', back, '--once');
  resumed = await second.line(/^la prova riprende dal /, 240_000);
  const ended = await second.exited();
  expect({ ...ended, said: ended.code === 0 ? [] : second.lines.slice(-15) }).toEqual({
    code: 0,
    signal: null,
    said: [],
  });
}, 600_000);

afterAll(async () => {
  await first?.cleanUp();
  await second?.cleanUp();
  if (lost !== undefined) await removeRun(lost);
  await removeRun(back);
  await rm(place, { recursive: true, force: true });
});

const report = () => JSON.parse(readFileSync(join(back, 'report', 'report.json'), 'utf8')) as Report;

describe('a suite that was backed up in the middle of its campaign, killed, lost and restored', () => {
  test('was in the middle of it', () => {
    expect(before.moves.completed).toBeGreaterThan(0);
    expect(before.moves.completed).toBeLessThan(8);
    expect(resumed).toMatch(/^la prova riprende dal \d\d\/0[89]\/2010 \d\d:\d\d:\d\d\.$/);
  });

  // @rule BACKUP-ONE-INSTANT
  test('goes on and ends as the undisturbed one does', () => {
    expect(second.lines).toContain('Tutte le promesse sono state mantenute.');
    expect(report().cohort).toEqual(firstLoad);
    expect(comparable(report())).toEqual(expected);
  });

  test('has a trace that is whole and holds each fact once, and says that the old log has ended', async () => {
    const trace = join(back, 'report', 'trace');
    expect(report().trace.verified).toBe(true);
    expect((await verifyFromOutside(trace)).faults).toEqual([]);
    const ids = factIdsIn(trace);
    expect(new Set(ids).size).toBe(ids.length);
    const checkpoint = readFileSync(join(trace, 'checkpoint'), 'utf8').split('\n');
    expect(checkpoint[0]).toMatch(/^recapito\.example\/trace\/\d+$/);
  });

  test('starts in a folder that another restore leaves alone', async () => {
    const words = [...backup('running'), '--to', back];
    const child = childProcess(join(root, 'tools/backup/restore-main.ts'), {
      arguments: words,
      environment: environment(),
    });
    expect(await child.exited()).toEqual({ code: 2, signal: null });
    expect(existsSync(join(back, 'report', 'report.json'))).toBe(true);
  });

  test('is backed up as well when it stands', async () => {
    const said = await command('main.ts', ...backup('standing'), '--run', back);
    expect(said).toContain('The suite does not run: its files are copied as they are.');
    // Anybody can compare the manifest with its digest.
    const { code } = await runProgram(
      'sh',
      '-c',
      `cd ${join(place, 'standing/data')} && sha256sum -c manifest.json.sha256`,
    );
    expect(code).toBe(0);
  });
});
