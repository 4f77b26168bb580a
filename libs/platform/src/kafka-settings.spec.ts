import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseConfig } from './config.ts';
import { brokersOf, kafkaSettings } from './kafka-settings.ts';

const schema = z.object(kafkaSettings);
const address = { RECAPITO_KAFKA_BROKERS: 'kafka:9092' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-kafka-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  writeFileSync(join(folder, name), content, { mode });
  return join(folder, name);
}

function clientSettings(environment: Record<string, string>): unknown {
  const reading = parseConfig(schema, { ...address, ...environment });
  return 'faults' in reading ? reading.faults : brokersOf(reading.config).clientSettings();
}

describe('the way to the broker', () => {
  test('is plain where nothing else is set', () => {
    expect(clientSettings({})).toEqual({ brokers: ['kafka:9092'] });
  });

  test('is that of a user whose password stands in a file', () => {
    const password = file('kafka.password', 'parola\n');
    expect(clientSettings({ RECAPITO_KAFKA_USER: 'mailbox', RECAPITO_KAFKA_PASSWORD_FILE: password })).toEqual({
      brokers: ['kafka:9092'],
      sasl: { mechanism: 'scram-sha-512', username: 'mailbox', password: 'parola' },
    });
    expect(
      clientSettings({
        RECAPITO_KAFKA_USER: 'mailbox',
        RECAPITO_KAFKA_PASSWORD_FILE: password,
        RECAPITO_KAFKA_MECHANISM: 'scram-sha-256',
      }),
    ).toMatchObject({ sasl: { mechanism: 'scram-sha-256' } });
  });

  test('is encrypted with the authorities of a file, or with those of Node', () => {
    expect(clientSettings({ RECAPITO_KAFKA_CA_FILE: file('ca.pem', 'CA') })).toEqual({
      brokers: ['kafka:9092'],
      ssl: { ca: 'CA' },
    });
    expect(clientSettings({ RECAPITO_KAFKA_TLS: 'true' })).toEqual({ brokers: ['kafka:9092'], ssl: {} });
  });

  test('shows a certificate with its key', () => {
    const certificate = file('client.pem', 'CERT');
    const key = file('client.key', 'KEY');
    expect(
      clientSettings({ RECAPITO_KAFKA_CERTIFICATE_FILE: certificate, RECAPITO_KAFKA_KEY_FILE: key }),
    ).toMatchObject({ ssl: { cert: 'CERT', key: 'KEY' } });
  });
});

describe('what is refused at the start', () => {
  const faults = (environment: Record<string, string>) => String(clientSettings(environment));

  // @rule KAFKA-HALF
  test('half of a credential, in either direction', () => {
    expect(faults({ RECAPITO_KAFKA_USER: 'mailbox' })).toContain(
      'RECAPITO_KAFKA_PASSWORD: is required beside RECAPITO_KAFKA_USER',
    );
    expect(faults({ RECAPITO_KAFKA_PASSWORD_FILE: file('alone.password', 'parola') })).toContain(
      'RECAPITO_KAFKA_USER: is required beside RECAPITO_KAFKA_PASSWORD_FILE',
    );
  });

  // @rule KAFKA-HALF
  test('half of a certificate, in either direction', () => {
    expect(faults({ RECAPITO_KAFKA_CERTIFICATE_FILE: file('half.pem', 'CERT') })).toContain('RECAPITO_KAFKA_KEY: ');
    expect(faults({ RECAPITO_KAFKA_KEY_FILE: file('half.key', 'KEY') })).toContain('RECAPITO_KAFKA_CERTIFICATE: ');
  });

  test('certificates for a connection that is not to be encrypted', () => {
    const ca = file('unused.pem', 'CA');
    expect(faults({ RECAPITO_KAFKA_TLS: 'false', RECAPITO_KAFKA_CA_FILE: ca })).toContain(
      'RECAPITO_KAFKA_TLS: is false, and certificates are given',
    );
  });

  test('a password in the environment, without showing it', () => {
    const text = faults({ RECAPITO_KAFKA_USER: 'mailbox', RECAPITO_KAFKA_PASSWORD: 'parola-segreta' });
    expect(text).toBe(
      'The configuration has 1 fault:\n  RECAPITO_KAFKA_PASSWORD: stands in a file alone, named by RECAPITO_KAFKA_PASSWORD_FILE\n',
    );
  });

  test('a password that other accounts may read', () => {
    const open = file('open.password', 'parola', 0o640);
    expect(faults({ RECAPITO_KAFKA_USER: 'mailbox', RECAPITO_KAFKA_PASSWORD_FILE: open })).toContain(
      'may be read by its owner alone',
    );
  });
});
