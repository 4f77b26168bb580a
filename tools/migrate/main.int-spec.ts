import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url).pathname;

function migrateCommand(...words: string[]) {
  const program = [
    '--conditions=@recapito/source',
    '--import',
    './tools/typescript-hooks.mjs',
    'tools/migrate/main.ts',
  ];
  const environment = { ...process.env, RECAPITO_MIGRATOR_URL: '', RECAPITO_DATABASE_URL: '' };
  return spawnSync(process.execPath, [...program, ...words], { cwd: root, env: environment, encoding: 'utf8' });
}

describe('npm run migrate', () => {
  test('tells how it is used', () => {
    const { status, stdout } = migrateCommand('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('npm run migrate -- [ACTION] --app NAME');
  });

  test.each([
    [['frob'], '"frob" is no action'],
    [['apply'], '--app is missing'],
    [['status', '--app', 'identity'], 'RECAPITO_MIGRATOR_URL is not set'],
    [['status', '--app', '../etc'], '"../etc" is not a service with a database'],
    [['diff', '--app', 'identity'], 'diff needs --name'],
    [['apply', '--nonsense'], '--nonsense'],
  ])('does not understand %j and says why', (words, why) => {
    const { status, stderr } = migrateCommand(...words);
    expect(stderr).toContain(why);
    expect(status).toBe(2);
  });
});
