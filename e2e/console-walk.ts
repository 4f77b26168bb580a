import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { codeOf } from '@recapito/tools/demonstration';
import type { DemonstrationAccount } from '@recapito/tools/demonstration';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, newPage, overhang } from './chromium.ts';

const italian = { locale: 'it-IT', viewport: { width: 1280, height: 900 } };

/** Opens the live page and leaves it open; `ended` waits until it says, by itself, that the run is over. */
export async function watchRun(browser: Browser, base: string) {
  const { page, complaints } = await newPage(browser, italian);
  await page.goto(base);
  await page.getByRole('heading', { level: 1, name: 'La migrazione dei titolari' }).waitFor();
  await page.getByText('da PEC INPS (@inpspec.gov.it) a PostaCertificat@ (@postacertificata.gov.it)').waitFor();
  return {
    page,
    ended: async () => {
      await page.getByText('La prova è finita').waitFor({ timeout: 240_000 });
      expect(complaints).toEqual([]);
    },
  };
}

/** What each page must be in both languages and both colours, on a narrow screen. */
export async function lookAtPages(browser: Browser, base: string): Promise<void> {
  const pages = [
    ['it-IT', '', 'La migrazione dei titolari', 'Salute dei servizi'],
    ['en-GB', '', 'The move of the holders', 'Health of the services'],
    ['it-IT', 'resoconto', 'Resoconto della prova', 'anna.bianchi@postacertificata.gov.it'],
    ['en-GB', 'resoconto', 'Report of the rehearsal', 'anna.bianchi@postacertificata.gov.it'],
    ['it-IT', 'cittadino', 'Portale dei titolari', 'Posso rifiutare la nuova casella?'],
    ['en-GB', 'cittadino', 'Holders’ portal', 'May I refuse the new box?'],
    ['it-IT', 'nulla', 'Qui non c’è nulla', 'Torna alla campagna'],
    ['it-IT', 'accesso?esito=no', 'Accesso degli operatori', 'L’accesso non è riuscito'],
    ['en-GB', 'operatore/persone', 'Sign-in of operators', 'One signs in with name, password and verification code'],
  ] as const;
  for (const [index, [locale, path, heading, words]] of pages.entries()) {
    const colorScheme = index % 2 === 0 ? 'light' : 'dark';
    const { page, complaints } = await newPage(browser, { locale, colorScheme, viewport: { width: 320, height: 640 } });
    await page.goto(`${base}${path}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.getByText(words).first().waitFor();
    const found = { faults: await accessibilityFaults(page), overhang: await overhang(page), complaints };
    expect({ page: `${locale} /${path}`, ...found }).toEqual({
      page: `${locale} /${path}`,
      faults: [],
      overhang: 0,
      complaints: [],
    });
    await page.context().close();
  }
}

/** From the live page to one holder in the report, in the other language, without a mouse. */
export async function walkByKeyboard(browser: Browser, base: string): Promise<void> {
  const { page } = await newPage(browser, italian);
  await page.goto(base);
  await page.getByRole('heading', { level: 2, name: 'Salute dei servizi' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Vai al contenuto');
  for (let stop = 0; (await focused(page)) !== 'English'; stop += 1) {
    expect(stop).toBeLessThan(10);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'The move of the holders' }).waitFor();
  await page.keyboard.press('Shift+Tab');
  expect(await focused(page)).toBe('Report');
  await page.keyboard.press('Enter');
  await page.getByText('Holders shown: 2 of 2').waitFor();
  await page.getByLabel('Search by codice fiscale or address').focus();
  await page.keyboard.type('ANNA.bianchi');
  await page.getByText('Holders shown: 1 of 1').waitFor();
  await page.waitForURL(`${base}resoconto?cerca=ANNA.bianchi`);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'The move of the holders' }).waitFor();
}

/** An operator of the rehearsal signs in, finds a person, sees how they stand and signs out; each page in English, narrow too. */
export async function workAsOperator(browser: Browser, base: string, operator: DemonstrationAccount): Promise<void> {
  const { page, complaints } = await newPage(browser, { locale: 'en-GB', viewport: { width: 320, height: 640 } });
  const isWhole = async () => {
    const found = { faults: await accessibilityFaults(page), overhang: await overhang(page) };
    expect({ page: page.url(), ...found }).toEqual({ page: page.url(), faults: [], overhang: 0 });
  };
  await page.goto(`${base}operatore/persone?cerca=De%20Luca`);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('User name').fill(operator.name);
  await page.getByLabel('Password').fill(operator.password);
  await page.getByLabel('Verification code').fill(codeOf(operator, Date.now()).code);
  await page.getByLabel('Verification code').press('Enter');

  // Back on the page that was asked for; only the purpose is missing.
  await page.getByLabel('Purpose of the reading').fill('call of the holder');
  await page.getByLabel('Purpose of the reading').press('Enter');
  await page.getByText('1 person').waitFor();
  await isWhole();
  await page.getByRole('link', { name: 'De Luca Gianfranco' }).click();
  await page.getByRole('heading', { level: 2, name: 'Enrolments' }).waitFor();
  await page.getByText('confirmed', { exact: true }).waitFor();
  await page.getByText(/^announcement by certified mail, issue 1, asked for on/).waitFor();
  await saveList(page);
  await page.getByRole('region', { name: 'Moves' }).getByText('completed').first().waitFor();
  await page.getByText('Enrolment confirmed').waitFor();
  await isWhole();
  await lookAtBox(page, isWhole);
  await page.getByRole('link', { name: 'Work' }).click();
  await page.getByText('No holder of this campaign is blocked until its end.').waitFor();
  await page.getByText('No confirmed box has waited for more than twenty-four hours.').waitFor();
  await page.getByText('No communication has failed.').waitFor();
  await isWhole();
  await lookAtLists(page, isWhole);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/oidc/session/end**');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'The move of the holders' }).waitFor();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
}

/** What a person was told, saved as a file. */
async function saveList(page: Page): Promise<void> {
  const saved = page.waitForEvent('download');
  await page
    .getByRole('region', { name: 'Communications' })
    .getByRole('button', { name: 'Save the list (CSV)' })
    .click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('comunicazioni.csv');
  expect(await text(await file.createReadStream())).toMatch(
    /^id,.+\r\n(?:.+\r\n)*.+,announcement,pec,delivered,.+\r\n/,
  );
}

/** From the home page to the lists in which mail may wait for somebody: after a rehearsal nothing does. */
async function lookAtLists(page: Page, isWhole: () => Promise<void>): Promise<void> {
  for (const [name, words] of [
    ['Boxes whose sending is held', 'No box has its sending held.'],
    ['Mail queue', 'Nothing waits.'],
  ] as const) {
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByText(words).waitFor();
    await isWhole();
    await page.goBack();
  }
  await lookAtCampaign(page, isWhole);
}

/** From the home page to the campaign: how it stands, and whose moves are completed. */
async function lookAtCampaign(page: Page, isWhole: () => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'Campaigns' }).click();
  await page.getByRole('link', { name: 'inps-2010' }).click();
  await page.getByText('rows accepted').waitFor();
  await page.getByLabel('State').selectOption('completed');
  await page.waitForURL('**/operatore/campagne/inps-2010?stato=completed');
  await page.getByRole('link', { name: 'DLCGFR75L15A944D', exact: true }).waitFor();
  await isWhole();
}

/** From a person to the box that was switched to: what it may do now and in 2015, how it came to be, its messages. */
async function lookAtBox(page: Page, isWhole: () => Promise<void>): Promise<void> {
  const boxes = page.getByRole('region', { name: 'Boxes' });
  await boxes.getByRole('link', { name: 'gianfranco.deluca@postacertificata.gov.it' }).click();
  await page.getByRole('heading', { level: 1, name: 'gianfranco.deluca@postacertificata.gov.it' }).waitFor();
  const sending = page.getByRole('listitem').filter({ hasText: 'Send' });
  await sending.getByText('allowed', { exact: true }).waitFor();
  await page.getByText(/^Switch from .+@inpspec\.gov\.it to gianfranco\.deluca@postacertificata\.gov\.it/).waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Address reserved' })
    .getByRole('button', { name: /^Entry/ })
    .click();
  await page.getByText('Signed root').waitFor();
  const received = page.getByRole('region', { name: 'Messages for the box' });
  await received
    .getByText(/to gianfranco\.deluca@postacertificata\.gov\.it/)
    .first()
    .waitFor();
  await isWhole();

  await page.getByLabel('Another date').fill('2015-03-18');
  await page.getByLabel('Another date').press('Enter');
  await sending.getByText('no', { exact: true }).waitFor();
  await sending.getByText('Rule CECPAC-P2-SEND').waitFor();
  await page.waitForURL('**/operatore/caselle/*?data=2015-03-18');
  await page.reload();
  await sending.getByText('no', { exact: true }).waitFor();
  await isWhole();
  await page.goBack();
  await sending.getByText('allowed', { exact: true }).waitFor();
  await lookAtMessage(page, isWhole);
}

/** From a box to the welcome that came for it: its life by the trace, with a proof, and its receipts. */
async function lookAtMessage(page: Page, isWhole: () => Promise<void>): Promise<void> {
  const received = page.getByRole('region', { name: 'Messages for the box' });
  await received.getByRole('link').first().click();
  await page.getByRole('heading', { level: 2, name: 'Its life, as the trace has it' }).waitFor();
  for (const line of [/^Accepted by/, /^Left in the transport envelope of/, /^Delivered to gianfranco\.deluca@/])
    await page.getByText(line).waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: /Delivered to/ })
    .getByRole('button', { name: /^Entry/ })
    .click();
  await page.getByText('Signed root').waitFor();
  await page.getByRole('region', { name: 'Envelopes, receipts and notices' }).getByText('acceptance').first().waitFor();
  await isWhole();
  await page.getByRole('link', { name: 'Messages' }).click();
  await page.getByRole('searchbox', { name: 'Recipient' }).fill('gianfranco.deluca@postacertificata.gov.it');
  await page.getByRole('searchbox', { name: 'Recipient' }).press('Enter');
  await page.waitForURL('**/operatore/messaggi?destinatario=gianfranco.deluca**');
  await page.getByText(/^\d+ messages?$/).waitFor();
  await isWhole();
}

/**
 * A service hangs under the open page and is killed: its row says that it does not answer, the rest stays, and the page tells
 * that it came back. Killed at once, it might be back before anybody has looked.
 */
export async function watchDeath(page: Page, signal: (name: 'SIGSTOP' | 'SIGKILL') => void): Promise<void> {
  const row = page.getByRole('row', { name: /^notification/ });
  await row.getByText('bene').waitFor();
  signal('SIGSTOP');
  await row.getByText('non risponde').waitFor();
  await page
    .getByRole('row', { name: /^mailbox/ })
    .getByText('bene')
    .waitFor();
  signal('SIGKILL');
  await page.getByText('notification è caduto ed è stato riavviato').waitFor();
  await row.getByText('bene').waitFor();
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement?.textContent?.trim() ?? ""');
}
