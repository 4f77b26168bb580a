import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
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
      'audit-log/audit-log.service.key',
      'audit-log/checkpoint.key',
      'audit-log/database.url',
      'audit-log/kafka.password',
      'audit-log/keys.json',
      'audit-log/redis-ca.pem',
      'audit-log/redis.url',
      'certified-mail/certified-mail.service.key',
      'certified-mail/database.url',
      'certified-mail/kafka.password',
      'certified-mail/keys.json',
      'certified-mail/quarantine.key',
      'certified-mail/redis-ca.pem',
      'certified-mail/redis.url',
      'console/console.service.key',
      'console/kafka.password',
      'console/keys.json',
      'console/redis-ca.pem',
      'console/redis.url',
      'databases/cluster.url',
      'identity/database.url',
      'identity/first-access.key',
      'identity/identity.citizen-sessions.key',
      'identity/identity.provider.key',
      'identity/identity.service.key',
      'identity/kafka.password',
      'identity/keys.json',
      'identity/redis-ca.pem',
      'identity/redis.url',
      'kafka/audit-log.password',
      'kafka/broker.password',
      'kafka/certified-mail.password',
      'kafka/console.password',
      'kafka/identity.password',
      'kafka/mailbox.password',
      'kafka/migration.password',
      'kafka/notification.password',
      'kafka/operators.password',
      'kafka/preparations.password',
      'kafka/rehearsal.password',
      'mailbox/database.url',
      'mailbox/kafka.password',
      'mailbox/keys.json',
      'mailbox/mailbox.service.key',
      'mailbox/redis-ca.pem',
      'mailbox/redis.url',
      'migration/database.url',
      'migration/holder-id.key',
      'migration/kafka.password',
      'migration/keys.json',
      'migration/migration.service.key',
      'migration/redis-ca.pem',
      'migration/redis.url',
      'notification/database.url',
      'notification/kafka.password',
      'notification/keys.json',
      'notification/notification.service.key',
      'notification/redis-ca.pem',
      'notification/redis.url',
      'postgres/password',
      'redis/ca.pem',
      'redis/redis.key',
      'redis/redis.password',
      'redis/redis.pem',
      'topics/kafka-clock.password',
      'topics/kafka.password',
    ]);
  });

  test('are read by their owner alone, but for those that an image with an account of its own reads', () => {
    make('rehearsal');
    const open = files().filter((path) => modeOf(path) !== '600');
    expect(new Set(open.map((path) => path.split('/')[0]))).toEqual(new Set(['kafka', 'postgres', 'redis']));
    expect([modeOf('postgres'), modeOf('postgres/password')]).toEqual(['755', '444']);
    expect(modeOf('identity')).toBe('700');
  });

  test('include a key pair for each service, of which all know the public half, and a database address in the role that works', () => {
    make('production');
    const known = (service: string) => JSON.parse(read(`${service}/keys.json`)) as { keys: Record<string, string>[] };
    expect(known('mailbox')).toEqual(known('audit-log'));
    expect(
      known('mailbox')
        .keys.map(({ owner, purpose }) => `${owner} ${purpose}`)
        .sort(),
    ).toEqual([
      'audit-log service',
      'certified-mail service',
      'console service',
      'identity citizen-sessions',
      'identity provider',
      'identity service',
      'mailbox service',
      'migration service',
      'notification service',
    ]);
    const x = createPublicKey(read('mailbox/mailbox.service.key')).export({ format: 'jwk' })['x'];
    expect(known('identity').keys.find((key) => key['x'] === x)).toMatchObject({
      owner: 'mailbox',
      purpose: 'service',
    });
    expect(read('certified-mail/database.url')).toMatch(
      /^postgres:\/\/certified_mail:[\w-]{43}@postgres:5432\/recapito_certified_mail$/,
    );
    expect(read('databases/cluster.url')).toBe(
      `postgres://postgres:${read('postgres/password')}@postgres:5432/postgres`,
    );
  });

  test('include a password at the broker for each service, which the broker knows too', () => {
    make('rehearsal');
    const services = ['audit-log', 'certified-mail', 'identity', 'mailbox', 'migration', 'notification'];
    const passwords = services.map((service) => read(`${service}/kafka.password`));
    expect(passwords).toEqual(services.map((service) => read(`kafka/${service}.password`)));
    expect(new Set(passwords).size).toBe(6);
    expect(read('topics/kafka.password')).toBe(read('kafka/preparations.password'));
    expect(read('topics/kafka-clock.password')).toBe(read('kafka/rehearsal.password'));
  });

  test('include the password of Redis in every address of it, and the authority by which it is known, whose key nobody has', () => {
    make('production');
    expect(read('mailbox/redis.url')).toBe(`rediss://:${read('redis/redis.password')}@redis:6379`);
    expect(read('console/redis.url')).toBe(read('mailbox/redis.url'));
    const [authority, own] = ['ca', 'redis'].map((name) => new X509Certificate(read(`redis/${name}.pem`))) as [
      X509Certificate,
      X509Certificate,
    ];
    expect(own.verify(authority.publicKey)).toBe(true);
    expect(own.checkHost('redis')).toBe('redis');
    expect(own.checkPrivateKey(createPrivateKey(read('redis/redis.key')))).toBe(true);
    expect(read('identity/redis-ca.pem')).toBe(read('redis/ca.pem'));
  });

  test('have a token for the operator of a rehearsal, the same for every service, and none in production', () => {
    make('production');
    expect(files().filter((path) => path.endsWith('operator.token'))).toEqual([]);
    make('rehearsal');
    expect(files().filter((path) => path.endsWith('operator.token'))).toHaveLength(7);
    expect(read('migration/operator.token')).toBe(read('identity/operator.token'));
  });

  test('are made once: a second run changes nothing', () => {
    make('rehearsal');
    const before = files().map(read);
    expect(make('rehearsal')).toBe('');
    expect(files().map(read)).toEqual(before);
  });

  test('that somebody has put there stay', () => {
    mkdirSync(join(folder, 'migration'));
    writeFileSync(join(folder, 'migration', 'holder-id.key'), 'brought along');
    make('production');
    expect(read('migration/holder-id.key')).toBe('brought along');
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
