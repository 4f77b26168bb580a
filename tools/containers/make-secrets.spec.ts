import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const hooks = join(import.meta.dirname, '..', 'typescript-hooks.mjs');
const program = join(import.meta.dirname, 'make-secrets.ts');

describe('the secrets of an installation in containers', () => {
  let folder: string;

  const run = (...words: string[]) => {
    const command = ['--conditions=@recapito/source', '--import', hooks, program, ...words];
    return spawnSync(process.execPath, command, { encoding: 'utf8' });
  };
  const make = (mode: string) => {
    const made = run('--out', folder, '--mode', mode, '--owner', userInfo().username);
    expect({ status: made.status, errors: made.stderr }).toEqual({ status: 0, errors: '' });
    return made.stdout;
  };
  const files = (): string[] => globSync('*/*', { cwd: folder }).sort();
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const modeOf = (path: string): string => (statSync(join(folder, path)).mode & 0o777).toString(8);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recapito-secrets-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('are given to each service apart: its own, and no other’s', () => {
    make('production');
    expect(files()).toEqual([
      'audit-log/checkpoint.key',
      'audit-log/database.url',
      'audit-log/suite-token.key',
      'certified-mail/database.url',
      'certified-mail/quarantine.key',
      'certified-mail/suite-token.key',
      'databases/cluster.url',
      'identity/database.url',
      'identity/first-access.key',
      'identity/suite-token.key',
      'mailbox/database.url',
      'mailbox/suite-token.key',
      'migration/database.url',
      'migration/holder-id.key',
      'migration/suite-token.key',
      'notification/database.url',
      'notification/suite-token.key',
      'postgres/password',
    ]);
  });

  test('are read by their owner alone, but for the one that an image with an account of its own reads', () => {
    make('rehearsal');
    expect(files().filter((path) => modeOf(path) !== '600')).toEqual(['postgres/password']);
    expect([modeOf('postgres'), modeOf('postgres/password')]).toEqual(['755', '444']);
    expect(modeOf('identity')).toBe('700');
  });

  test('include one key by which all services know each other, and a database address in the role that works', () => {
    make('production');
    const keys = ['identity', 'mailbox', 'audit-log'].map((service) => read(`${service}/suite-token.key`));
    expect(new Set(keys).size).toBe(1);
    expect(createPrivateKey(keys[0] ?? '').asymmetricKeyType).toBe('ed25519');
    expect(read('certified-mail/database.url')).toMatch(
      /^postgres:\/\/certified_mail:[\w-]{43}@postgres:5432\/recapito_certified_mail$/,
    );
    expect(read('databases/cluster.url')).toBe(
      `postgres://postgres:${read('postgres/password')}@postgres:5432/postgres`,
    );
  });

  test('have a token for the operator of a rehearsal, the same for every service, and none in production', () => {
    make('production');
    expect(files().filter((path) => path.endsWith('operator.token'))).toEqual([]);
    make('rehearsal');
    expect(files().filter((path) => path.endsWith('operator.token'))).toHaveLength(6);
    expect(read('migration/operator.token')).toBe(read('identity/operator.token'));
  });

  test('are made once: a second run changes nothing', () => {
    make('rehearsal');
    const before = files().map(read);
    expect(make('rehearsal')).toBe('');
    expect(files().map(read)).toEqual(before);
  });

  test('that somebody has put there stay, and are shared where they must be the same', () => {
    mkdirSync(join(folder, 'mailbox'));
    mkdirSync(join(folder, 'migration'));
    writeFileSync(join(folder, 'mailbox', 'suite-token.key'), 'brought along');
    writeFileSync(join(folder, 'migration', 'holder-id.key'), 'brought along too');
    make('production');
    expect(read('audit-log/suite-token.key')).toBe('brought along');
    expect(read('migration/holder-id.key')).toBe('brought along too');
  });

  test.each([
    ['no folder', ['--mode', 'rehearsal']],
    ['a mode that is none', ['--out', '/nowhere', '--mode', 'holiday']],
  ])('are not made for %s', (_, words) => {
    expect(run(...words)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('make-secrets --out'),
    });
  });
});
