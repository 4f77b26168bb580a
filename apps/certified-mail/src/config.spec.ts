import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '@recapito/platform';
import { certifiedMailConfig, nameServersIn } from './config.ts';

const least = {
  RECAPITO_MODE: 'rehearsal',
  RECAPITO_PORT: '0',
  RECAPITO_DATABASE_URL: 'postgres://x@localhost/x',
  RECAPITO_KAFKA_BROKERS: 'localhost:9092',
  RECAPITO_REDIS_URL: 'redis://localhost',
  RECAPITO_FOLDER: '/var/lib/recapito',
  RECAPITO_SECRETS: '/run/recapito/secrets',
  RECAPITO_PROGRAMMES: '/programmes',
  RECAPITO_LMTP_PORT: '4024',
  RECAPITO_IDENTITY_URL: 'http://localhost:4001',
  RECAPITO_SMTP_PORT: '4025',
  RECAPITO_SMTPS_PORT: '4465',
  RECAPITO_SUBMISSION_PORT: '4587',
};

function nameServers(more: Record<string, string>): ReturnType<typeof nameServersIn> {
  const reading = parseConfig(certifiedMailConfig, { ...least, ...more });
  if ('faults' in reading) throw new Error(reading.faults);
  return nameServersIn(reading.config);
}

describe('the name servers by which other providers are found', () => {
  test('are none in a rehearsal and the system’s in production, unless said otherwise', () => {
    expect(nameServers({})).toBeNull();
    expect(nameServers({ RECAPITO_MODE: 'production' })).toBe('system');
    expect(nameServers({ RECAPITO_MODE: 'production', RECAPITO_DNS: 'off' })).toBeNull();
    expect(nameServers({ RECAPITO_DNS: 'system' })).toBe('system');
  });

  test('are those that are listed, by their addresses', () => {
    expect(nameServers({ RECAPITO_DNS: '192.0.2.53,[2001:db8::53]:5353' })).toEqual([
      '192.0.2.53',
      '[2001:db8::53]:5353',
    ]);
    expect(() => nameServers({ RECAPITO_DNS: 'dns.example:53' })).toThrow(
      /RECAPITO_DNS: .*Invalid IP address: dns\.example:53/,
    );
  });
});
