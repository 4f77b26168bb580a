import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { eventually, produceBare } from '@recapito/testing';
import { root } from '@recapito/servers';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, newPage, openChromium, overhang } from '../../../e2e/chromium.ts';
import { BlockedPerson } from './blocked-person.ts';
import { SignInStage } from './sign-in-stage.ts';

const stage = new SignInStage();
const person = new BlockedPerson(stage);
let browser: Browser;

beforeAll(async () => {
  // A block of a day then lasts beyond the bound.
  const morning = parseInstant('2010-09-15T08:00:00Z');
  await stage.openBoth(morning, { RECAPITO_WEB: join(root, 'apps/console/web/dist') });
  await person.announce();
  await person.mistype();
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await stage.end();
});

/** Nothing serious for axe-core, and nothing wider than a telephone. */
async function isWhole(page: Page): Promise<void> {
  const { viewport } = { viewport: page.viewportSize() };
  await page.setViewportSize({ width: 320, height: 640 });
  const found = { faults: await accessibilityFaults(page), overhang: await overhang(page) };
  expect({ page: page.url(), ...found }).toEqual({ page: page.url(), faults: [], overhang: 0 });
  if (viewport !== null) await page.setViewportSize(viewport);
}

/** Signs in as a person does, from the button on. */
async function signIn(page: Page, who: string): Promise<void> {
  await page.getByRole('main').getByRole('link', { name: 'Accedi' }).click();
  await page.waitForURL(`${stage.identityUrl}/**`);
  const { name, password, code } = await stage.credentials(who);
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=code]').fill(code);
  await page.locator('input[name=code]').press('Enter');
}

/** Looks at one’s own account, and chooses another password there: the one that holds is asked for. */
async function changePassword(page: Page, who: string): Promise<void> {
  await page.getByRole('link', { name: 'Maria Prova' }).click();
  await page.getByText('Questa.').waitFor();
  await isWhole(page);
  const { password, code } = await stage.credentials(who);
  await page.getByLabel('Password di adesso').fill('sbagliata');
  await page.getByLabel('Codice di verifica').fill(code);
  await page.getByLabel('Nuova password', { exact: true }).fill('maestrale-di-luglio-5');
  await page.getByLabel('La nuova password, ancora una volta').fill('maestrale-di-luglio-5');
  await page.getByRole('button', { name: 'Cambia la password' }).click();
  await page.getByText('La password di adesso o il codice non sono giusti.').waitFor();
  await isWhole(page);
  await page.getByLabel('Password di adesso').fill(password);
  await page.getByLabel('Codice di verifica').fill((await stage.credentials(who)).code);
  await page.getByRole('button', { name: 'Cambia la password' }).click();
  await page.getByText('La password è cambiata e ogni sessione è finita.').waitFor();
  await isWhole(page);
}

const reissues = () =>
  stage.inDatabase<{ value: string }>(`SELECT value FROM outbox WHERE type = 'enrolment-reissued'`);

test('from nothing but the screen, an operator re-issues the password of a person who is blocked', async () => {
  const { page, complaints } = await newPage(browser, { locale: 'it-IT', viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.consoleUrl}/operatore`);
  await page.getByRole('heading', { level: 1, name: 'Accesso degli operatori' }).waitFor();
  await isWhole(page);
  await signIn(page, 'sara.prova');

  await page.getByRole('heading', { level: 1, name: 'Che cosa attende' }).waitFor();
  await page.getByText('Sara Prova, Operatore').waitFor();
  await page.getByRole('link', { name: person.holder }).waitFor();
  await isWhole(page);
  await page.getByRole('link', { name: person.holder }).click();

  await page.getByLabel('Motivo della lettura').fill('telefonata del titolare – pratica 7');
  await page.getByLabel('Motivo della lettura').press('Enter');
  // A name is shown as it is written, whatever it holds.
  await page.getByRole('heading', { level: 1, name: 'Rossi Mario <i>' }).waitFor();
  await page.getByText('Chi viene da uno dei luoghi non può entrare').waitFor();
  await isWhole(page);

  await page.getByRole('link', { name: 'Riemetti la prima password' }).click();
  await page.getByText('la prima password dell’emissione 1, con ogni sessione che ha aperto, da subito').waitFor();
  await isWhole(page);

  // The session ends under the form: what was typed is there again after the sign-in, for which identity asks nothing.
  await page.getByLabel('Motivo della lettura').fill('pratica 8');
  await stage.forgetSessions();
  await page.getByRole('button', { name: 'Riemetti' }).click();
  await page.getByText('La sessione è finita.').waitFor();
  await isWhole(page);
  await page.getByRole('link', { name: 'Accedi di nuovo' }).click();
  await page.getByText('Che cosa succederà').waitFor();
  expect(await page.getByLabel('Motivo della lettura').inputValue()).toBe('pratica 8');
  // The browser itself complains of the 401.
  complaints.splice(0);

  await page.getByRole('button', { name: 'Riemetti' }).click();
  await page.getByText('La prima password è stata riemessa: emissione 2.').waitFor();
  expect((await reissues()).map(({ value }) => (JSON.parse(value) as { reason?: string }).reason)).toEqual([
    'pratica 8',
  ]);
  await person.writeAnnouncement(2);
  await page.getByText(/^scritto il 15\/09\/10, \d\d:\d\d con la password dell’emissione 2/).waitFor();
  await isWhole(page);

  await page.getByRole('link', { name: 'Torna alla persona' }).click();
  await page.locator('dt:has-text("Prima password, emissione") + dd').getByText('2', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Togli il blocco' }).click();
  await page.getByRole('button', { name: 'Sì, togli il blocco' }).click();
  await page.getByRole('heading', { level: 2, name: 'Blocchi in vigore' }).waitFor({ state: 'detached' });

  // Only identity runs here: what a person was told is away, and takes nothing else of the page with it.
  expect(complaints.filter((words) => !words.includes('503'))).toEqual([]);

  // What is still on its way to services then is answered with 401.
  await page.getByRole('button', { name: 'Esci' }).click();
  await page.waitForURL(`${stage.identityUrl}/**`);
  await page.getByRole('button').first().click();
  await page.waitForURL(`${stage.consoleUrl}/`);
  await page.getByRole('link', { name: 'Accedi' }).waitFor();
});

test('services that are away take their own lines of the home page with them, and no other', async () => {
  const { page } = await newPage(browser, { locale: 'it-IT', viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.consoleUrl}/operatore`);
  await signIn(page, 'luca.prova');
  // Only identity runs here.
  await page.getByText('identity: nessuno.').waitFor();
  await page.getByText('Nessun titolare di questa campagna è bloccato fino alla fine.').waitFor();
  const away = page.getByText('Il servizio non può rispondere in questo momento.');
  await page.getByText('identity: nessuna richiesta attende.').waitFor();
  await away.nth(8).waitFor();
  expect(await away.count()).toBe(9);
  await isWhole(page);
});

// @rule APPROVAL-TWO-PERSONS
test('a supervisor reads what identity could not take, harmless whatever it says, and two set it aside for a reason', async () => {
  const hostile = { holder: person.holder, nota: '<script>alert(1)</script>\u202Eordine\u200B' };
  await produceBare(stage, 'migration.moves.v1', [{ key: 'chiave', value: JSON.stringify(hostile) }]);
  const letters = () =>
    stage.inDatabase<{ outcome: string | null }>(`SELECT outcome FROM dead_letter WHERE key = 'chiave'`);
  await eventually(async () => (await letters()).length === 1);
  const { page, complaints } = await newPage(browser, { locale: 'it-IT', viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.consoleUrl}/operatore`);
  await signIn(page, 'luca.prova');
  await page.getByRole('link', { name: 'identity: 1.' }).click();
  await page.getByRole('link', { name: /migration\.moves\.v1$/ }).click();
  await page.getByLabel('Motivo della lettura').fill('guasto da capire');
  await page.getByLabel('Motivo della lettura').press('Enter');
  await page.getByText('"nota": "<script>alert(1)</script>⟨U+202E⟩ordine⟨U+200B⟩"').waitFor();
  await page.getByRole('link', { name: person.holder }).waitFor();
  await isWhole(page);

  await page.getByRole('button', { name: 'Accantona' }).click();
  await page.getByText('Questo fatto non avrà mai effetto in identity').waitFor();
  await isWhole(page);
  await page.getByLabel('Motivo (resta nel registro)').fill('scritto da una prova');
  await page.getByLabel('Motivo (resta nel registro)').press('Enter');
  await page.getByText('La approva una seconda persona, da questa pagina.').waitFor();
  expect(await letters()).toEqual([{ outcome: null }]);
  await isWhole(page);

  const second = await newPage(browser, {
    locale: 'it-IT',
    viewport: { width: 1280, height: 900 },
    colorScheme: 'dark',
  });
  await second.page.goto(`${stage.consoleUrl}/operatore`);
  await signIn(second.page, 'maria.prova');
  await second.page.getByRole('link', { name: 'identity: accantonare un fatto' }).click();
  await second.page.getByLabel('Motivo della lettura').fill('richiesta di un collega');
  await second.page.getByLabel('Motivo della lettura').press('Enter');
  await second.page.getByText(/^luca\.prova ha chiesto il .+: Accantona \(scritto da una prova\)\./).waitFor();
  await second.page.getByRole('button', { name: 'Approva: Accantona' }).click();
  await isWhole(second.page);
  await second.page.getByLabel('Motivo (resta nel registro)').fill('vista, è una prova');
  await second.page.getByLabel('Motivo (resta nel registro)').press('Enter');
  await second.page.getByText('Il fatto è accantonato.').waitFor();
  expect(await letters()).toEqual([{ outcome: 'set-aside' }]);

  await page.getByRole('link', { name: 'Tutti i fatti non trattati' }).click();
  await page.reload();
  await page.getByText('identity: nessuno.').waitFor();
  await isWhole(page);
  await changePassword(second.page, 'maria.prova');
  // Only identity runs here: the lists of others are away. The browser itself complains of the 403.
  for (const each of [complaints, second.complaints])
    expect(each.filter((words) => !/503|403/.test(words))).toEqual([]);
});
