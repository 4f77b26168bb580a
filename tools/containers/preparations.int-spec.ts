import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { suiteClockSet } from '@recapito/contracts';
import { readCompacted } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import { brokersAs, childProcess, type OwnServers, ownServers } from '@recapito/testing';
import { Client } from 'pg';
import { appDatabase } from '@recapito/servers/preparations';
import { credentialsVariable } from '@recapito/servers';

/** Servers of its own: databases and topics get the names that they have in an installation. */
let own: OwnServers;

beforeAll(async () => {
  own = await ownServers('postgres', 'kafka');
});

afterAll(() => own.remove());

async function run(program: string, environment: Record<string, string>): Promise<readonly string[]> {
  const child = childProcess(join(import.meta.dirname, program), { environment });
  expect(await child.exited()).toEqual({ code: 0, signal: null });
  return child.lines;
}

describe('the databases of an installation', () => {
  const cluster = (): string => own.servers.environment['RECAPITO_POSTGRES_URL'] ?? '';
  const prepare = () => run('prepare-databases.ts', { RECAPITO_CLUSTER_URL: cluster() });

  test('are made with their migrations, and a second time nothing is left to do', async () => {
    const services = ['audit-log', 'certified-mail', 'identity', 'mailbox', 'migration', 'notification'];
    expect(await prepare()).toEqual(services.map((name) => expect.stringMatching(`^${name}: applied \\d{14}_`)));
    expect(await prepare()).toEqual(services.map((name) => `${name}: nothing to apply`));
  });

  test('are worked on by a role that owns nothing', async () => {
    const client = new Client({ connectionString: appDatabase(cluster(), 'identity').url });
    await client.connect();
    try {
      expect((await client.query('SELECT count(*)::int AS holders FROM holder')).rows).toEqual([{ holders: 0 }]);
      await expect(client.query('DROP TABLE holder')).rejects.toThrow('must be owner of table holder');
    } finally {
      await client.end();
    }
  });
});

describe('the topics of an installation', () => {
  const password = (user: string) => join(own.servers.environment[credentialsVariable] ?? '', `${user}.password`);
  const prepare = (mode: string, clock: string) =>
    run('prepare-broker.ts', {
      RECAPITO_KAFKA_BROKERS: own.servers.environment['RECAPITO_KAFKA_BROKERS'] ?? '',
      RECAPITO_KAFKA_USER: 'preparations',
      RECAPITO_KAFKA_PASSWORD_FILE: password('preparations'),
      RECAPITO_KAFKA_CLOCK_PASSWORD_FILE: password('rehearsal'),
      RECAPITO_MODE: mode,
      RECAPITO_CLOCK: clock,
    });
  const clockSettings = async (): Promise<unknown[]> => {
    const settings: unknown[] = [];
    const reader = readCompacted(suiteClockSet, {
      service: 'rehearsal',
      brokers: brokersAs('rehearsal', own.servers.environment),
      namespace: '',
      logger: serviceLogger('rehearsal', 'silent'),
      onRecord: ({ data }) => void settings.push(data),
    });
    await reader.whenReady;
    await reader.stop();
    return settings;
  };

  test('have no clock in production; in a rehearsal it is set once, and goes on from there', async () => {
    const prepared = (rules: string) => [
      'the topics are there',
      expect.stringMatching(`^the rules are there: ${rules}$`),
    ];
    expect(await prepare('production', '')).toEqual(prepared('[1-9]\\d* added, 0 removed'));
    expect(await prepare('production', '')).toEqual(prepared('0 added, 0 removed'));

    expect(await prepare('rehearsal', '2010-08-02T07:00:00Z')).toEqual([
      ...prepared('[1-9]\\d* added, \\d+ removed'),
      'the suite clock goes from 2010-08-02T07:00:00Z on',
    ]);
    expect(await prepare('rehearsal', '2010-09-01T00:00:00Z')).toEqual([
      ...prepared('0 added, 0 removed'),
      'the suite clock goes already',
    ]);
    expect(await clockSettings()).toEqual([{ instant: 1_280_732_400_000, rate: 1, since: expect.any(Number) }]);
  });
});
