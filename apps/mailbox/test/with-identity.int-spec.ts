import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate } from '@recapito/database';
import { childProcess, eventually, freePort, freshDatabase, serviceToken } from '@recapito/testing';
import { Client } from 'pg';
import type { House } from './house.ts';
import { openHouse } from './house.ts';
import { LineClient } from './private-dovecot.ts';
import { inAugust, inpsAddressOf, mario, Stage } from './stage.ts';

const stage = new Stage();
const program = new URL('../../identity/src/main.ts', import.meta.url).pathname;
let house: House;
let identityUrl: string;
let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
  database = await freshDatabase({ app: 'identity', migrate });
  stage.onEnd(() => database.drop());
  const port = await freePort();
  identityUrl = `http://127.0.0.1:${port}`;
  await stage.setClock(inAugust);
  const child = childProcess(program, {
    environment: {
      ...(await stage.environment()),
      ...(await stage.brokerFor('identity')),
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_PORT: String(port),
      RECAPITO_ARGON2_MEMORY_KIB: '64',
      RECAPITO_ARGON2_PASSES: '1',
      RECAPITO_LOG_LEVEL: 'info',
    },
  });
  stage.onEnd(() => child.cleanUp());
  await child.line(/"message":"ready"/);
  house = await openHouse(stage, inAugust, identityUrl);
  await stage.planMove(mario);
});

afterAll(() => stage.end());

async function logIn(name: string, secret: string): Promise<string> {
  const imap = await LineClient.open(house.dovecot.ports.imaps);
  const answer = await imap.imap('a', `LOGIN "${name}" "${secret}"`);
  imap.close();
  return answer;
}

/** The first PIN of the one holder there is, from its two halves, as notification fetches them. */
async function firstPin(): Promise<string> {
  const client = new Client({ connectionString: database.migratorUrl });
  await client.connect();
  try {
    const id = await eventually(async () => {
      const { rows } = await client.query<{ id: string }>('SELECT id FROM pin');
      return rows[0]?.id ?? false;
    });
    const authorization = `Bearer ${await serviceToken(stage.secrets, 'notification', 'identity')}`;
    const halves = await Promise.all(
      [1, 2].map(async (half) => {
        const response = await fetch(`${identityUrl}/pins/${id}/halves/${half}`, { headers: { authorization } });
        return ((await response.json()) as { characters: string }).characters;
      }),
    );
    return halves.join('');
  } finally {
    await client.end();
  }
}

async function changePin(from: string, to: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const session = await fetch(`${identityUrl}/sessions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ user: mario.cf, secret: from }),
  });
  const { token } = (await session.json()) as { token: string };
  const changed = await fetch(`${identityUrl}/pin`, {
    method: 'PUT',
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify({ pin: to }),
  });
  expect(changed.status).toBe(200);
}

describe('with the real identity behind the gate', () => {
  test('the first PIN opens no box and hears why; the personal one opens it by codice fiscale and by address', async () => {
    const pin = await firstPin();
    expect(await logIn(mario.cf, pin)).toMatch(/^a NO \[CONTACTADMIN\] .+ \([A-Z-]+\)$/m);
    await changePin(pin, 'Kw7mZ2pq');
    expect(await logIn(mario.cf, 'Kw7mZ2pq')).toMatch(/^a OK/m);
    expect(await logIn(inpsAddressOf(mario).toUpperCase(), 'Kw7mZ2pq')).toMatch(/^a OK/m);
    expect(await logIn(mario.cf, pin)).toMatch(/AUTHENTICATIONFAILED/);
  });

  test('a secret that identity cannot read is wrong, not a fault', async () => {
    expect(await logIn(mario.cf, 'x'.repeat(500))).toMatch(/AUTHENTICATIONFAILED/);
  });

  test('too many wrong ones block the holder, and the right one hears until when', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await logIn(mario.cf, `wrong ${attempt}`);
    expect(await logIn(mario.cf, 'Kw7mZ2pq')).toMatch(
      /\[CONTACTADMIN\] .*2010-08-03 09:00 \(ora di Roma\)\. \(HOLDER-BLOCKED\)/,
    );
  });
});
