import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, ownServersOverTls, twoAuthorities } from '@recapito/testing';
import type { OwnServers, TwoAuthorities } from '@recapito/testing';
import { askGroupCoordinator } from '@recapito/servers';
import { Client, Pool } from 'pg';
import { brokersOf, FollowedTls, HttpClient, parseConfig, serviceConfig } from '../src/index.ts';
import type { ServiceConfig } from '../src/index.ts';
import { Stage } from './parcels/service.ts';

const stage = new Stage();
let authorities: TwoAuthorities;
let own: OwnServers;

beforeAll(async () => {
  authorities = await twoAuthorities();
  own = await ownServersOverTls(authorities.own, 'postgres', 'kafka');
});

afterAll(async () => {
  await own.remove();
  await stage.end();
  authorities.remove();
});

/** The settings of a service in the environment of the spec. */
async function settings(more: Record<string, string>): Promise<ServiceConfig> {
  const reading = parseConfig(serviceConfig, { ...(await stage.environment()), RECAPITO_MIGRATOR_URL: '', ...more });
  if ('faults' in reading) throw new Error(reading.faults);
  return reading.config;
}

const isOf = (folder: string) => join(folder, 'ca.pem');

/** A file of authorities that will be another. */
function changedFile(folder: string): string {
  const file = join(authorities.own, `changed-${randomUUID()}.pem`);
  writeFileSync(file, readFileSync(isOf(folder)));
  return file;
}

const wrongName = (address: string) => address.replace('localhost', '127.0.0.1');

describe('a connection to PostgreSQL', () => {
  /** As whom PostgreSQL knows the client, and whether over TLS. */
  async function overTls(authoritiesFile: string, change = (address: string) => address): Promise<boolean> {
    const [plain = ''] = (own.servers.environment['RECAPITO_POSTGRES_URL'] ?? '').split('?');
    const { databaseUrl } = await settings({
      RECAPITO_DATABASE_URL: change(plain),
      RECAPITO_DATABASE_CA_FILE: authoritiesFile,
    });
    const client = new Client({ connectionString: databaseUrl });
    try {
      await client.connect();
      const { rows } = await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return rows[0]?.ssl ?? false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  // @rule INNER-TLS
  test('is encrypted, and ends when the server is of a foreign authority or of another name', async () => {
    expect(await overTls(isOf(authorities.own))).toBe(true);
    await expect(overTls(isOf(authorities.foreign))).rejects.toThrow(/self.signed certificate|unable to verify/i);
    await expect(overTls(isOf(authorities.own), wrongName)).rejects.toThrow(/altnames/);
  });

  // @rule TLS-FILES
  test('is made with the authorities that their file names then', async () => {
    const file = changedFile(authorities.foreign);
    const [plain = ''] = (own.servers.environment['RECAPITO_POSTGRES_URL'] ?? '').split('?');
    const { databaseUrl } = await settings({ RECAPITO_DATABASE_URL: plain, RECAPITO_DATABASE_CA_FILE: file });
    const pool = new Pool({ connectionString: databaseUrl, max: 2 });
    try {
      await expect(pool.query('SELECT 1')).rejects.toThrow(/self.signed certificate|unable to verify/i);
      writeFileSync(file, readFileSync(isOf(authorities.own)));
      expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
    }
  });
});

describe('a connection to the broker', () => {
  async function asked(
    authoritiesFile: string,
    change = (address: string) => address,
    meanwhile = () => undefined as void,
  ): Promise<void> {
    const { RECAPITO_KAFKA_BROKERS: brokers = '', RECAPITO_KAFKA_CREDENTIALS: passwords = '' } =
      own.servers.environment;
    const config = await settings({
      RECAPITO_KAFKA_BROKERS: change(brokers),
      RECAPITO_KAFKA_USER: 'broker',
      RECAPITO_KAFKA_PASSWORD_FILE: join(passwords, 'broker.password'),
      RECAPITO_KAFKA_CA_FILE: authoritiesFile,
    });
    const way = brokersOf(config);
    meanwhile();
    await askGroupCoordinator(way);
  }

  // @rule TLS-FILES
  test('is made with the authorities that their file names then', async () => {
    const file = changedFile(authorities.foreign);
    const renew = () => writeFileSync(file, readFileSync(isOf(authorities.own)));
    await expect(asked(file, (address) => address, renew)).resolves.toBeUndefined();
  });

  // @rule INNER-TLS
  test('is made with a password over TLS, and ends when the broker is of a foreign authority or of another name', async () => {
    await expect(asked(isOf(authorities.own))).resolves.toBeUndefined();
    await expect(asked(isOf(authorities.foreign))).rejects.toThrow(/self.signed certificate|unable to verify/i);
    await expect(asked(isOf(authorities.own), wrongName)).rejects.toThrow(/altnames/);
  });
});

describe('a service that has a certificate', () => {
  const live = async (url: string, folder: string) => {
    const http = new HttpClient(readFileSync(isOf(folder), 'utf8'));
    return (await http.fetch(`${url}/health/live`)).status;
  };
  const cause = async (asking: Promise<unknown>) => String(await asking.catch((error: Error) => error.cause));

  // @rule INNER-TLS TLS-FILES
  test('speaks TLS alone; callers end when it is of a foreign authority or of another name', async () => {
    const service = await stage.started(
      {},
      {
        RECAPITO_HTTP_CERTIFICATE_FILE: join(authorities.own, 'mailbox.pem'),
        RECAPITO_HTTP_KEY_FILE: join(authorities.own, 'mailbox.key'),
      },
    );
    expect(service.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const named = service.url.replace('127.0.0.1', 'localhost');
    expect(await live(named, authorities.own)).toBe(200);
    expect(await cause(live(named, authorities.foreign))).toMatch(/self.signed certificate|unable to verify/i);
    expect(await cause(live(service.url, authorities.own))).toMatch(/altnames/);
    await expect(fetch(`${named.replace('https:', 'http:')}/health/live`)).rejects.toThrow();
    expect(service.management).toMatch(/^http:/);

    const file = changedFile(authorities.foreign);
    const http = new HttpClient(new FollowedTls({ ca: readFileSync(file, 'utf8') }, { ca: file }));
    const asked = async () => (await http.fetch(`${named}/health/live`)).status;
    expect(await cause(asked())).toMatch(/self.signed certificate|unable to verify/i);
    writeFileSync(file, readFileSync(isOf(authorities.own)));
    expect(await asked()).toBe(200);
  });

  // @rule HTTP-CERTIFICATE
  test('shows another one from the next connection on when its files have changed, and the one before while they are no use', async () => {
    const files = { cert: join(authorities.own, 'door.pem'), key: join(authorities.own, 'door.key') };
    const lay = (folder: string, what: readonly ('pem' | 'key')[]) => {
      for (const ending of what)
        writeFileSync(join(authorities.own, `door.${ending}`), readFileSync(join(folder, `mailbox.${ending}`)), {
          mode: 0o600,
        });
    };
    lay(authorities.own, ['pem', 'key']);
    const settingsOfDoor = { RECAPITO_HTTP_CERTIFICATE_FILE: files.cert, RECAPITO_HTTP_KEY_FILE: files.key };
    const service = await stage.started({}, settingsOfDoor);
    const named = service.url.replace('127.0.0.1', 'localhost');
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(isOf(authorities.own)) });
    /** Asks over the connection that is kept open. @returns the status, and whether it was open before */
    const askedBefore = async () =>
      await new Promise((resolve, reject) => {
        const request = get(`${named}/health/live`, { agent }, (response) => {
          response.resume();
          response.once('end', () => resolve([response.statusCode, request.reusedSocket]));
        });
        request.once('error', reject);
      });
    const check = async () => {
      const answer = await fetch(`${service.management}/health/ready`);
      const { checks } = (await answer.json()) as { checks: { name: string; state: string }[] };
      return checks.find(({ name }) => name === 'http-certificate')?.state;
    };
    expect(await askedBefore()).toEqual([200, false]);

    // A renewal in two steps: between them certificate and key do not go together.
    lay(authorities.foreign, ['pem']);
    await eventually(async () => {
      expect(await askedBefore()).toEqual([200, true]);
      expect(await check()).toBe('degraded');
    });
    expect(await live(named, authorities.own)).toBe(200);
    lay(authorities.foreign, ['key']);
    await eventually(async () => {
      expect(await askedBefore()).toEqual([200, true]);
      expect(await live(named, authorities.foreign).catch(() => 0)).toBe(200);
    });
    expect(await check()).toBe('ok');
    expect(await askedBefore()).toEqual([200, true]);
    agent.destroy();
    expect(await cause(live(named, authorities.own))).toMatch(/self.signed certificate|unable to verify/i);
  });

  test('does not start with a certificate alone, nor with a key that others may read', async () => {
    const certificate = { RECAPITO_HTTP_CERTIFICATE_FILE: join(authorities.own, 'mailbox.pem') };
    await expect(settings(certificate)).rejects.toThrow('RECAPITO_HTTP_KEY_FILE: is required beside');
    const open = join(authorities.foreign, 'open.key');
    writeFileSync(open, readFileSync(join(authorities.own, 'mailbox.key')), { mode: 0o644 });
    await expect(settings({ ...certificate, RECAPITO_HTTP_KEY_FILE: open })).rejects.toThrow(
      'may be read by its owner alone',
    );
  });
});
