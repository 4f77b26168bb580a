import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { Browser as Client, servers } from '@recapito/testing';
import { root } from '@recapito/servers';
import { Redis } from 'ioredis';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, newPage, openChromium, overhang } from '../../../e2e/chromium.ts';
import type { HolderSessionView } from '../src/application/holder-view.ts';
import { BlockedPerson, userId } from './blocked-person.ts';
import { SignInStage } from './sign-in-stage.ts';

const stage = new SignInStage();
const person = new BlockedPerson(stage);
const another = 'Falco-pellegrino-8';
const chosen = 'Cavallo-di-battaglia-7';
let browser: Browser;
let firstPassword: string;

beforeAll(async () => {
  await stage.openBoth(parseInstant('2010-09-15T08:00:00Z'), { RECAPITO_WEB: join(root, 'apps/console/web/dist') });
  firstPassword = await person.announce();
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await stage.end();
});

const door = () => `${stage.consoleUrl}/api/holder`;

/** Asks the portal as a script of its page does. @param from where the person comes from, as a proxy says it */
async function ask(
  client: Client,
  method: string,
  path: string,
  { body, ...headers }: Record<string, string> & { body?: string } = {},
) {
  const cookie = client.cookie('recapito-holder');
  const response = await fetch(`${door()}${path}`, {
    method,
    headers: {
      'accept-language': 'it',
      ...(cookie !== undefined && { cookie: `recapito-holder=${cookie}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([\w-]+)=([^;]*)/.exec(line) ?? [];
    client.plant({ name, value, path: '/' });
  }
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

const signIn = (client: Client, secret: string, headers: Record<string, string> = {}) =>
  ask(client, 'POST', '/session', { ...headers, body: JSON.stringify({ user: userId, secret }) });

const csrfIn = (body: Record<string, unknown>) => (body as HolderSessionView).session?.csrf ?? '';

/** Nothing serious for axe-core, by day and by night, and nothing wider than a telephone. */
async function isWhole(page: Page): Promise<void> {
  const viewport = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const faults: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    // Colours that are still on their way from one scheme to the other are neither's.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    faults.push(...(await accessibilityFaults(page)));
  }
  const found = { faults, overhang: await overhang(page) };
  const heading = await page.getByRole('heading', { level: 2 }).first().textContent();
  expect({ heading, ...found }).toEqual({ heading, faults: [], overhang: 0 });
  if (viewport !== null) await page.setViewportSize(viewport);
}

describe('the portal, asked by scripts', () => {
  test('tells whoever has not signed in nothing but the frequent questions', async () => {
    const nobody = new Client();
    expect(await ask(nobody, 'GET', '/session')).toEqual({ status: 200, body: { away: false, session: null } });
    expect(await ask(nobody, 'GET', '/identity/terms')).toMatchObject({ status: 401 });
    const { status, body } = await ask(nobody, 'GET', '/frequent-questions');
    expect({ status, items: (body['items'] as unknown[]).length }).toEqual({ status: 200, items: 5 });
  });

  // @rule CONSOLE-CSRF
  test('lets no other site sign anybody in, nor change anything with a cookie alone', async () => {
    const client = new Client();
    const refused = { status: 403, body: { type: expect.stringContaining('session/not-from-page') as unknown } };
    expect(await signIn(client, firstPassword, { 'sec-fetch-site': 'cross-site' })).toMatchObject(refused);
    const { status, body } = await signIn(client, firstPassword, { 'sec-fetch-site': 'same-origin' });
    expect(status).toBe(201);
    const path = `/identity/enrolments/${person.enrolment}/confirmation`;
    expect(await ask(client, 'PUT', path)).toMatchObject(refused);
    expect(await ask(client, 'DELETE', '/session')).toMatchObject(refused);
    // With the token the request arrives, and identity says which step is missing.
    expect(await ask(client, 'PUT', path, { 'x-csrf-token': csrfIn(body) })).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('enrolment/step-out-of-order') as unknown },
    });
  });

  // @rule CONSOLE-PASSED-ON
  test('opens with a holder’s session the doors that its pages use, and no operator’s', async () => {
    const client = new Client();
    const { body } = await signIn(client, firstPassword);
    const shown = { 'x-csrf-token': csrfIn(body) };
    expect(await ask(client, 'GET', '/identity/holders', shown)).toMatchObject({ status: 404 });
    expect(await ask(client, 'POST', '/identity/password-checks', shown)).toMatchObject({ status: 404 });
    const cookie = `recapito-session=${client.cookie('recapito-holder')}`;
    const asOperator = await fetch(`${stage.consoleUrl}/api/services`, { headers: { cookie } });
    expect(asOperator.status).toBe(401);
    const operator = await stage.signedIn();
    const asHolder = { cookie: `recapito-holder=${operator.cookie('recapito-session')}` };
    expect((await fetch(`${door()}/identity/terms`, { headers: asHolder })).status).toBe(401);
  });

  // @rule PORTAL-SESSION
  test('keeps a session sealed, until its owner signs out or another one begins in its place', async () => {
    const client = new Client();
    const { body } = await signIn(client, firstPassword);
    const redis = new Redis(servers().redisUrl);
    const keys = await redis.keys(`${stage.namespace}console:holder:*`);
    const values = await redis.mget(keys);
    const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
    await redis.quit();
    const lying = `${keys.join()} ${values.join()}`;
    for (const open of [person.holder, firstPassword, client.cookie('recapito-holder') ?? '?'])
      expect(lying).not.toContain(open);
    expect(Math.min(...lives)).toBeGreaterThan(0);
    expect(Math.max(...lives)).toBeLessThanOrEqual(15 * 60_000);
    const before = new Client();
    before.plant({ name: 'recapito-holder', value: client.cookie('recapito-holder') ?? '', path: '/' });
    const again = await signIn(client, firstPassword);
    expect(await ask(before, 'GET', '/session')).toMatchObject({ body: { session: null } });
    expect(csrfIn(again.body)).not.toBe(csrfIn(body));
    expect(await ask(client, 'DELETE', '/session', { 'x-csrf-token': csrfIn(again.body) })).toMatchObject({
      status: 204,
    });
    expect(await ask(client, 'GET', '/session')).toMatchObject({ body: { session: null } });
  });

  // @rule PORTAL-SESSION PORTAL-BOXES
  test('knows a session as over that identity has ended', async () => {
    const [client, other] = [new Client(), new Client()];
    await signIn(client, firstPassword);
    await signIn(other, firstPassword);
    const path = `/identity/enrolments/${person.enrolment}`;
    expect(await ask(client, 'GET', path)).toMatchObject({ status: 200 });
    // Only identity runs here: it believes the session, and mailbox is away.
    expect(await ask(client, 'GET', '/boxes')).toMatchObject({ status: 503 });
    await stage.inDatabase(
      `UPDATE access_account SET sessions_ended_at = clock_timestamp() + interval '2 s' WHERE id = '${person.holder}'`,
    );
    const over = { status: 401, body: { type: expect.stringContaining('session/over') as unknown } };
    expect(await ask(client, 'GET', path)).toMatchObject(over);
    expect(await ask(other, 'GET', '/boxes')).toMatchObject(over);
    expect(await ask(client, 'GET', '/session')).toMatchObject({ body: { session: null } });
    await stage.inDatabase(`UPDATE access_account SET sessions_ended_at = NULL WHERE id = '${person.holder}'`);
  });

  // @rule PORTAL-SOURCE
  test('is not where a holder comes from: who guesses there is kept out alone', async () => {
    const guesser = { 'x-forwarded-for': '198.51.100.7' };
    const wrong = { status: 401, body: { type: expect.stringContaining('access/denied') as unknown } };
    for (const secret of ['uno', 'due', 'tre', 'quattro', 'cinque'])
      expect(await signIn(new Client(), `sbagliata-${secret}`, guesser)).toMatchObject(wrong);
    expect(await signIn(new Client(), 'sbagliata-sei', guesser)).toMatchObject({ status: 403 });
    // What the portal's own address had done would count for everybody.
    for (const address of ['203.0.113.5', '2001:db8::5']) {
      const elsewhere = { 'x-forwarded-for': address };
      expect(await signIn(new Client(), 'sbagliata-sette', elsewhere)).toMatchObject(wrong);
      expect(await signIn(new Client(), firstPassword, elsewhere)).toMatchObject({ status: 201 });
    }
  });
});

test('a holder takes the six steps in a browser, and loses nothing when the session ends in between', async () => {
  const { page, complaints } = await newPage(browser, { locale: 'it-IT', viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.consoleUrl}/cittadino`);
  await page.getByRole('heading', { level: 1, name: 'Portale dei titolari' }).waitFor();
  await page.getByText('Posso rifiutare la nuova casella?').click();
  await page.getByText('basta non fare nulla').waitFor();
  await isWhole(page);
  await page.getByLabel('Nome utente o codice fiscale').fill(userId);
  await page.getByLabel('Password o PIN').fill('non è questa');
  await page.getByLabel('Password o PIN').press('Enter');
  await page.getByText('ACCESS-SAME-WORDS').waitFor();
  await isWhole(page);
  complaints.splice(0);
  await page.getByLabel('Password o PIN').fill(firstPassword);
  await page.getByLabel('Password o PIN').press('Enter');

  await page.getByRole('heading', { level: 2, name: 'Scegliere la password' }).waitFor();
  await page.getByText(/^C’è tempo fino a prima delle 16\/09\/10, 00:00/).waitFor();
  expect(await page.locator('[aria-current=step]').textContent()).toContain('Scegliere la password');
  await isWhole(page);
  await page.getByLabel('Nuova password', { exact: true }).fill(chosen);
  await page.getByLabel('Nuova password, un’altra volta').fill('un’altra');
  await page.getByRole('button', { name: 'Scegli questa password' }).click();
  await page.getByText('Le due volte non sono uguali').waitFor();
  await page.getByLabel('Nuova password, un’altra volta').fill(chosen);
  await page.getByRole('button', { name: 'Scegli questa password' }).click();

  await page.getByRole('heading', { level: 2, name: 'Leggere e accettare' }).waitFor();
  // Whoever listens or uses the keyboard is at the next step.
  expect(await page.evaluate('document.activeElement.textContent')).toContain('Leggere e accettare');
  await isWhole(page);
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: 'Accetta' }).click();

  await page.getByRole('heading', { level: 2, name: 'Rispondere alle domande' }).waitFor();
  await isWhole(page);
  for (const [index, answer] of ['il mare d’inverno', 'la maestra Ada', 'via dei Tigli'].entries())
    await page.getByLabel(`Risposta ${index + 1}`).fill(answer);
  await stage.forgetSessions();
  await page.getByRole('button', { name: 'Salva le risposte' }).click();
  await page.getByText('La sessione è finita: acceda di nuovo.').waitFor();
  await page.getByLabel('Nome utente o codice fiscale').fill(userId);
  await page.getByLabel('Password o PIN').fill(chosen);
  await page.getByLabel('Password o PIN').press('Enter');
  await page.getByText('La sessione è finita: acceda di nuovo.').waitFor({ state: 'detached' });
  complaints.splice(0);
  await page.getByRole('button', { name: 'Salva le risposte' }).click();

  await page.getByRole('heading', { level: 2, name: 'Confermare l’attivazione' }).waitFor();
  await isWhole(page);
  // A tab that was closed takes nothing with it.
  await page.reload();
  await page.getByText('La conferma non si può ritirare.').waitFor();
  await page.getByRole('button', { name: 'Conferma l’attivazione' }).click();
  await page.getByText('La nuova casella è disponibile entro 24 ore dalla conferma.').waitFor();
  await isWhole(page);

  await page.getByRole('region', { name: 'Le mie caselle' }).getByText('Il servizio non può rispondere').waitFor();
  await page.getByRole('button', { name: 'Termina le altre sessioni' }).click();
  await page.getByText('Ogni altra sessione è finita.').waitFor();

  await page.getByLabel('Password di adesso').fill(chosen);
  await page.getByLabel('Nuova password', { exact: true }).fill(another);
  await page.getByLabel('Nuova password, un’altra volta').fill(another);
  await page.getByRole('button', { name: 'Cambia la password' }).click();
  await page.getByText('La password è cambiata.').waitFor();
  await page.getByLabel('Nome utente o codice fiscale').fill(userId);
  await page.getByLabel('Password o PIN').fill(another);
  await page.getByLabel('Password o PIN').press('Enter');
  await page.getByRole('button', { name: 'Esci' }).waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('The new box is available within 24 hours of the confirmation.').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  // Only identity runs here: mailbox does not answer.
  expect(complaints.filter((words) => !words.includes('503'))).toEqual([]);
});
