import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { childProcess, type SpecProcess } from '@recapito/testing';
import { Stage } from './parcels/service.ts';

// A program of its own has to load all that it runs on, beside whatever else the machine does.
const main = fileURLToPath(new URL('parcels/main.ts', import.meta.url));
const stage = new Stage();
let environment: Record<string, string>;
let child: SpecProcess | undefined;

beforeAll(async () => {
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  environment = await stage.environment({
    RECAPITO_LOG_LEVEL: 'info',
    RECAPITO_SPEC_MIGRATIONS: (await stage.migrations()).href,
  });
});

afterEach(async () => {
  await child?.cleanUp();
  child = undefined;
});

afterAll(() => stage.end());

describe('a service as a program', () => {
  // @rule FILES-OWN
  test.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s and exits with 0', async (signal) => {
    child = childProcess(main, { environment });
    await child.line(/"message":"ready"/);
    // What it writes is nobody else's to read.
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Umask:\t0077$/m);
    child.signal(signal);
    expect(await child.exited()).toEqual({ code: 0, signal: null });
    expect(child.lines.at(-1)).toContain('"message":"stopped"');
  });

  test('that meets an error nobody handles says so in its log and ends with 1', async () => {
    child = childProcess(main, { environment: { ...environment, RECAPITO_SPEC_CRASH: '1' } });
    expect(await child.exited()).toEqual({ code: 1, signal: null });
    expect(child.lines.at(-1)).toContain('an error escaped every handler');
    expect(child.lines.at(-1)).toContain('nobody expects this');
  });

  test('that is not configured names every faulty variable and ends with 2 before it does anything', () => {
    const hooks = fileURLToPath(new URL('../../../tools/typescript-hooks.mjs', import.meta.url));
    const ended = spawnSync(process.execPath, ['--conditions=@recapito/source', '--import', hooks, main], {
      env: { ...process.env, ...environment, RECAPITO_MODE: 'holiday', RECAPITO_REDIS_URL: '' },
      encoding: 'utf8',
    });
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 2, stdout: '' });
    expect(ended.stderr).toContain('The configuration has 2 faults:');
    expect(ended.stderr).toContain('RECAPITO_MODE: ');
    expect(ended.stderr).toContain('RECAPITO_REDIS_URL: is required and was left out');
  });

  test('whose database is away says so and ends with 1', async () => {
    const away = 'postgres://parcels:x@127.0.0.1:9/none';
    child = childProcess(main, {
      environment: { ...environment, RECAPITO_DATABASE_URL: away, RECAPITO_MIGRATOR_URL: away },
    });
    expect(await child.exited()).toEqual({ code: 1, signal: null });
    expect(child.lines.at(-1)).toContain('the service cannot start');
  });
});
