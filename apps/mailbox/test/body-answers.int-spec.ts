import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate } from '@recapito/database';
import { childProcess, eventually, freePort, freshDatabase, operatorToken, serviceToken } from '@recapito/testing';
import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { openHouse } from './house.ts';
import type { House } from './house.ts';
import { LineClient } from './private-dovecot.ts';
import { inAugust, inpsAddressOf, mario, Stage } from './stage.ts';

const apps = new URL('../..', import.meta.url).pathname;
const comune = 'protocollo@pec.comune.borgovento.example';
const citizen = inpsAddressOf(mario);
const pin = 'Kw7mZ2pq';
const stage = new Stage();
let house: House;
let identityUrl: string;
let identityDatabase: string;
let smtps: number;

/** Starts a service of the suite as a program of its own, with a database of its own. @returns where it answers, and its database */
async function start(app: 'identity' | 'certified-mail', more: Record<string, string>) {
  const database = await freshDatabase({ app, migrate });
  stage.onEnd(() => database.drop());
  const port = await freePort();
  const child = childProcess(join(apps, app, 'src', 'main.ts'), {
    environment: {
      ...(await stage.environment()),
      ...(await stage.brokerFor(app)),
      RECAPITO_FOLDER: join(stage.folder, app),
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_PORT: String(port),
      RECAPITO_LOG_LEVEL: 'info',
      ...more,
    },
  });
  stage.onEnd(() => child.cleanUp());
  await child.line(/"message":"ready"/);
  return { url: `http://127.0.0.1:${port}`, database: database.migratorUrl };
}

beforeAll(async () => {
  await stage.setClock(inAugust);
  const identity = await start('identity', { RECAPITO_ARGON2_MEMORY_KIB: '64', RECAPITO_ARGON2_PASSES: '1' });
  identityUrl = identity.url;
  identityDatabase = identity.database;
  house = await openHouse(stage, inAugust, identityUrl);
  const { RECAPITO_PROGRAMMES: programmes = '' } = await stage.environment();
  const authority = childProcess(join(apps, 'certified-mail', 'src', 'development-authority', 'main.ts'), {
    arguments: ['--out', join(stage.secrets, 'providers'), '--providers', join(programmes, 'providers')],
  });
  stage.onEnd(() => authority.cleanUp());
  await authority.line(/^made /);
  smtps = await freePort();
  await start('certified-mail', {
    RECAPITO_IDENTITY_URL: identityUrl,
    RECAPITO_LMTP_PORT: String(house.dovecot.ports.lmtp),
    RECAPITO_SMTPS_PORT: String(smtps),
    RECAPITO_SUBMISSION_PORT: String(await freePort()),
    RECAPITO_SMTP_PORT: String(await freePort()),
  });
  await stage.planMove(mario);
});

afterAll(() => stage.end());

async function secretOf(address: string): Promise<{ status: number; body: { secret: string; type?: string } }> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  const response = await fetch(`${identityUrl}/bodies/${address}/secrets`, { method: 'POST', headers });
  return { status: response.status, body: (await response.json()) as { secret: string; type?: string } };
}

/** Has the citizen change the first PIN, as the portal does. */
async function changePin(): Promise<void> {
  const client = new Client({ connectionString: identityDatabase });
  await client.connect();
  const id = await eventually(async () => {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM pin');
    return rows[0]?.id ?? false;
  });
  await client.end();
  const authorization = `Bearer ${await serviceToken(stage.secrets, 'notification', 'identity')}`;
  let first = '';
  for (const half of [1, 2]) {
    const response = await fetch(`${identityUrl}/pins/${id}/halves/${half}`, { headers: { authorization } });
    first += ((await response.json()) as { characters: string }).characters;
  }
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ user: mario.cf, secret: first });
  const session = await fetch(`${identityUrl}/sessions`, { method: 'POST', headers, body });
  const { token } = (await session.json()) as { token: string };
  const changed = await fetch(`${identityUrl}/pin`, {
    method: 'PUT',
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify({ pin }),
  });
  expect(changed.status).toBe(200);
}

async function send(user: string, secret: string, to: string, subject: string): Promise<string> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: smtps,
    secure: true,
    auth: { user, pass: secret },
    tls: { rejectUnauthorized: false },
  });
  const raw = [`From: ${user}`, `To: ${to}`, `Subject: ${subject}`, '', 'Testo.', ''].join('\r\n');
  try {
    return (await transport.sendMail({ envelope: { from: user, to: [to] }, raw })).response;
  } catch (error) {
    return String((error as { response?: string }).response);
  } finally {
    transport.close();
  }
}

/** The subjects of the messages in a box, as a mail client reads them by IMAP. */
async function subjectsIn(user: string, secret: string): Promise<string[]> {
  const imap = await LineClient.open(house.dovecot.ports.imaps);
  try {
    expect(await imap.imap('a', `LOGIN "${user}" "${secret}"`)).toMatch(/^a OK/m);
    await imap.imap('b', 'SELECT INBOX');
    const fetched = await imap.imap('c', 'FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]');
    return Array.from(fetched.matchAll(/^Subject: (.*)\r$/gm), ([, subject = '']) => subject);
  } finally {
    imap.close();
  }
}

describe('a public body', () => {
  // @rule BODY-LOG-IN
  test('reads what a citizen has written to it by IMAP, and answers by SMTP; the citizen reads the answer', async () => {
    await changePin();
    const { status, body } = await secretOf(comune);
    expect(status).toBe(201);
    expect(body.secret).toMatch(/^[\w-]{22}$/);
    expect(await send(citizen, pin, comune, 'Una domanda')).toMatch(/^250 2\.6\.0 \S+@inpspec\.gov\.it accettato$/);
    await eventually(async () => (await subjectsIn(comune, body.secret)).includes('POSTA CERTIFICATA: Una domanda'));
    expect(await send(comune, body.secret, citizen, 'La risposta')).toMatch(
      /^250 2\.6\.0 \S+@gestore-enti\.example accettato$/,
    );
    await eventually(async () => (await subjectsIn(citizen, pin)).includes('POSTA CERTIFICATA: La risposta'));
    await eventually(async () => (await subjectsIn(comune, body.secret)).includes('CONSEGNA: La risposta'));
  });

  // @rule BODY-SECRET
  test('has one secret: a new one makes the one before void, at both doors', async () => {
    const [old, fresh] = [(await secretOf(comune)).body.secret, (await secretOf(comune)).body.secret];
    const imap = await LineClient.open(house.dovecot.ports.imaps);
    expect(await imap.imap('a', `LOGIN "${comune}" "${old}"`)).toMatch(/AUTHENTICATIONFAILED/);
    imap.close();
    expect(await send(comune, old, citizen, 'Con il vecchio')).toBe(
      '535 5.7.8 Nome o password errati (ACCESS-SAME-WORDS)',
    );
    expect(await subjectsIn(comune, fresh)).toContain('POSTA CERTIFICATA: Una domanda');
  });

  // @rule BODY-SECRET
  test('signs in at the doors of mail alone: the portal is for citizens', async () => {
    const { secret } = (await secretOf(comune)).body;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user: comune, secret });
    expect((await fetch(`${identityUrl}/sessions`, { method: 'POST', headers, body })).status).toBe(401);
  });

  test('writes from its own box alone', async () => {
    const { secret } = (await secretOf(comune)).body;
    const transport = createTransport({
      host: '127.0.0.1',
      port: smtps,
      secure: true,
      auth: { user: comune, pass: secret },
      tls: { rejectUnauthorized: false },
    });
    const from = 'urp@pec.provincia.valchiara.example';
    const refused = transport.sendMail({ envelope: { from, to: [citizen] }, raw: 'From: x\r\n\r\n' });
    await expect(refused).rejects.toMatchObject({ responseCode: 550 });
    transport.close();
  });
});

describe('a box of a provider that is no body’s', () => {
  test('gets no secret, and nobody opens it', async () => {
    expect(await secretOf('ricevute@gestore-enti.example')).toMatchObject({
      status: 404,
      body: { type: 'body/unknown' },
    });
    const imap = await LineClient.open(house.dovecot.ports.imaps);
    expect(await imap.imap('a', 'LOGIN "ricevute@gestore-enti.example" "x"')).toMatch(/AUTHENTICATIONFAILED/);
    imap.close();
  });
});
