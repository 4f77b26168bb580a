import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseConfig, serviceConfig, serviceUrl, variableOf } from './config.ts';
import { TrustedProxies } from './sources/trusted-proxies.ts';
import { SettingFiles } from './tls-files.ts';

const whole = {
  RECAPITO_MODE: 'rehearsal',
  RECAPITO_PORT: '4001',
  RECAPITO_DATABASE_URL: 'postgres://identity:pw@localhost/recapito_identity',
  RECAPITO_KAFKA_BROKERS: 'one:9092, two:9092',
  RECAPITO_REDIS_URL: 'redis://localhost',
  RECAPITO_FOLDER: '/srv/identity',
  RECAPITO_SECRETS: '/srv/secrets',
  RECAPITO_PROGRAMMES: '/srv/programmes',
};

function faultsOf(environment: Record<string, string>): string {
  const reading = parseConfig(serviceConfig, environment);
  return 'faults' in reading ? reading.faults : '';
}

describe('the settings of a service', () => {
  test('are read from variables named after them', () => {
    expect(variableOf('certifiedMailUrl')).toBe('RECAPITO_CERTIFIED_MAIL_URL');
    expect(parseConfig(serviceConfig, whole)).toEqual({
      config: {
        mode: 'rehearsal',
        port: 4001,
        host: '127.0.0.1',
        managementHost: '127.0.0.1',
        httpClients: 1_000,
        httpPerSecond: 100,
        httpBurst: 1_000,
        proxyHeader: 'x-forwarded-for',
        trustedProxies: new TrustedProxies([]),
        databaseUrl: 'postgres://identity:pw@localhost/recapito_identity',
        kafkaBrokers: ['one:9092', 'two:9092'],
        redisUrl: 'redis://localhost',
        namespace: '',
        folder: '/srv/identity',
        secrets: '/srv/secrets',
        programmes: '/srv/programmes',
        drainMs: 0,
        shutdownMs: 15_000,
        kafkaFetchWaitMs: 1_000,
        kafkaMechanism: 'scram-sha-512',
        logLevel: 'info',
        settingFiles: new SettingFiles(),
      },
    });
  });

  // @rule CONFIG-FILE
  test('may stand in files, and no secret in the environment', () => {
    const { RECAPITO_DATABASE_URL: url, ...others } = whole;
    const file = join(mkdtempSync(join(tmpdir(), 'recapito-config-')), 'database.url');
    writeFileSync(file, `${url}\n`);
    const fromFile = { ...others, RECAPITO_DATABASE_URL_FILE: file };
    const settingFiles = new SettingFiles({ databaseUrl: file });
    const reading = parseConfig(serviceConfig, whole);
    expect(parseConfig(serviceConfig, fromFile)).toEqual({
      config: { ...('config' in reading && reading.config), settingFiles },
    });
    expect(faultsOf({ ...whole, RECAPITO_DATABASE_URL_FILE: file })).toBe(
      'The configuration has 1 fault:\n  RECAPITO_DATABASE_URL: stands in RECAPITO_DATABASE_URL_FILE too; one of them has to go\n',
    );
    expect(faultsOf({ ...fromFile, RECAPITO_DATABASE_URL_FILE: `${file}.none` })).toBe(
      `The configuration has 1 fault:\n  RECAPITO_DATABASE_URL_FILE: ${file}.none cannot be read (ENOENT)\n`,
    );
    writeFileSync(file, '\n');
    expect(faultsOf(fromFile)).toContain('RECAPITO_DATABASE_URL: is required and was left out');
    rmSync(dirname(file), { recursive: true });
  });

  // @rule CONFIG-FILE
  test('with a password in them stand in files in production, which their owner alone may read', () => {
    const production = { ...whole, RECAPITO_MODE: 'production', RECAPITO_REDIS_URL: 'rediss://:pw@localhost' };
    expect(faultsOf(production)).toBe(
      'The configuration has 2 faults:\n' +
        '  RECAPITO_DATABASE_URL: stands in a file alone, named by RECAPITO_DATABASE_URL_FILE\n' +
        '  RECAPITO_REDIS_URL: stands in a file alone, named by RECAPITO_REDIS_URL_FILE\n',
    );
    const file = join(mkdtempSync(join(tmpdir(), 'recapito-config-')), 'database.url');
    writeFileSync(file, whole.RECAPITO_DATABASE_URL, { mode: 0o644 });
    const fromFile = {
      ...whole,
      RECAPITO_MODE: 'production',
      RECAPITO_DATABASE_URL: '',
      RECAPITO_DATABASE_URL_FILE: file,
    };
    expect(faultsOf(fromFile)).toContain(`${file} may be read by its owner alone`);
    chmodSync(file, 0o600);
    expect(faultsOf(fromFile)).toBe('');
    rmSync(dirname(file), { recursive: true });
  });

  test('lead to PostgreSQL over TLS where its authorities are named, at each address', () => {
    const migratorUrl = 'postgres://owner@localhost/recapito_identity?connect_timeout=3';
    const file = { RECAPITO_DATABASE_CA_FILE: '/srv/tls/ca.pem', RECAPITO_MIGRATOR_URL: migratorUrl };
    expect(parseConfig(serviceConfig, { ...whole, ...file })).toMatchObject({
      config: {
        databaseUrl: `${whole.RECAPITO_DATABASE_URL}?sslmode=verify-full&sslrootcert=%2Fsrv%2Ftls%2Fca.pem`,
        migratorUrl: `${migratorUrl}&sslmode=verify-full&sslrootcert=%2Fsrv%2Ftls%2Fca.pem`,
      },
    });
  });

  test('with a name that ends in FILE of their own are no files of others', () => {
    const schema = serviceConfig.extend({ index: z.string().default('2010'), indexFile: z.string() });
    expect(parseConfig(schema, { ...whole, RECAPITO_INDEX_FILE: '/srv/newest' })).toMatchObject({
      config: { index: '2010', indexFile: '/srv/newest' },
    });
  });

  test('of an app stand beside the common ones', () => {
    const schema = serviceConfig.extend({ identityUrl: serviceUrl });
    const reading = parseConfig(schema, { ...whole, RECAPITO_IDENTITY_URL: 'http://localhost:4001' });
    expect(reading).toMatchObject({ config: { identityUrl: 'http://localhost:4001', port: 4001 } });
  });

  test('are faulted all at once, by variable', () => {
    const faults = faultsOf({ ...whole, RECAPITO_MODE: 'demo', RECAPITO_PORT: '70000', RECAPITO_FOLDER: '' });
    expect(faults).toContain('3 faults');
    expect(faults).toContain('RECAPITO_MODE: ');
    expect(faults).toContain('RECAPITO_PORT: ');
    expect(faults).toContain('RECAPITO_FOLDER: is required and was left out');
  });

  test('have no mode that nobody chose: whether dates are legal is never a default', () => {
    const { RECAPITO_MODE: _, ...rest } = whole;
    expect(faultsOf(rest)).toContain('RECAPITO_MODE: is required and was left out');
  });

  test('never show in a fault: an address may hold a password', () => {
    expect(faultsOf({ ...whole, RECAPITO_DATABASE_URL: 'mysql://identity:hunter2@localhost/x' })).not.toContain(
      'hunter2',
    );
  });
});
