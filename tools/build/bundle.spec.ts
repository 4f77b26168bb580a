import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const apps = globSync('apps/*', { cwd: root });

/** Runs a program with nothing in its environment. */
function run(file: string, ...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { status, printed: stdout + stderr };
}

describe('the bundles of the apps', () => {
  test.each(apps)('the service of %s runs by itself, as far as to say which settings it lacks', (app) => {
    const { status, printed } = run(join(root, app, 'dist', 'main.js'));
    expect(printed).toContain('RECAPITO_MODE: is required and was left out');
    expect(status).toBe(2);
  });

  test('every program of an app is bundled, and what lies beside the sources goes along', () => {
    const programs = apps.flatMap((app) => {
      const manifest = JSON.parse(readFileSync(join(root, app, 'package.json'), 'utf8')) as { programs: string[] };
      return manifest.programs.map((program) => join(app, 'dist', program.replace(/\.ts$/, '.js')));
    });
    expect(programs).toContain('apps/certified-mail/dist/development-authority/main.js');
    const gate = 'apps/mailbox/dist/dovecot/gate.lua';
    expect([...programs, gate].filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('a map leads from a line of the bundle to that of the source', () => {
    const map = readFileSync(join(root, 'apps/migration/dist/main.js.map'), 'utf8');
    const { sources } = JSON.parse(map) as { sources: string[] };
    expect(sources).toContain('../src/config.ts');
    expect(sources).toContain('../../../libs/messaging/src/outbox/relay.ts');
  });
});
