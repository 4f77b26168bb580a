import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Brokers } from './brokers.ts';

const credential = { user: 'mailbox', password: 'parola-segreta', mechanism: 'scram-sha-512' as const };

describe('the way to the brokers', () => {
  test('is in the clear and names nobody when nothing else is said', () => {
    expect(new Brokers(['kafka:9092']).clientSettings()).toEqual({ brokers: ['kafka:9092'] });
  });

  test('names the user by SCRAM', () => {
    expect(new Brokers(['kafka:9092'], { credential }).clientSettings()).toEqual({
      brokers: ['kafka:9092'],
      sasl: { mechanism: 'scram-sha-512', username: 'mailbox', password: 'parola-segreta' },
    });
  });

  test('is encrypted with the authorities and the certificate that were given', () => {
    const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
    expect(new Brokers(['kafka:9093'], { tls }).clientSettings()).toEqual({
      brokers: ['kafka:9093'],
      ssl: tls,
    });
    expect(new Brokers(['kafka:9093'], { tls: {} }).clientSettings().ssl).toEqual({});
  });

  // @rule KAFKA-PASSWORD
  test('shows neither password nor key, however it is written down', () => {
    const brokers = new Brokers(['kafka:9093'], { credential, tls: { cert: 'CERT', key: 'chiave-segreta' } });
    const written = [JSON.stringify({ brokers }), inspect({ brokers }, { depth: 9, showHidden: true })].join(' ');
    expect(written).toContain('kafka:9093');
    expect(written).not.toContain('segreta');
  });
});
