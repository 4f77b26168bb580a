import { expect } from '@jest/globals';
import { codeOf } from '@recapito/tools/demonstration';
import type { DemonstrationAccount } from '@recapito/tools/demonstration';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, newPage, overhang } from './chromium.ts';

/** What two supervisors work on. */
export interface Desk {
  /** Where the console is, with a slash at the end. */
  readonly base: string;
  readonly supervisors: readonly DemonstrationAccount[];
  /** An address whose sending is held. */
  readonly held: string;
}

/** Two supervisors, each in a browser of their own, open the quarantine and release a held box: neither does it alone. */
export async function workInTwo(browser: Browser, { base, supervisors, held }: Desk): Promise<void> {
  const [first, second] = await Promise.all(supervisors.slice(0, 2).map((each) => atWork(browser, base, each)));
  if (first === undefined || second === undefined) throw new Error('the rehearsal has no two supervisors');

  await goTo(first, '/operatore/quarantena');
  await purpose(first);
  await first.getByText('A second person has to approve first.').waitFor();
  await isWhole(first);
  await decide(first, 'Open the quarantine');
  await first.getByText('A second person approves it, on this page.').waitFor();
  await second.reload();
  await second.getByRole('link', { name: 'certified-mail: open the quarantine' }).click();
  await purpose(second);
  await decide(second, 'Approve: Open the quarantine');
  await second.getByText('The quarantine is open for an hour.').waitFor();
  for (const page of [first, second]) {
    await page.reload();
    await page.getByText('No message is in quarantine.').waitFor();
  }
  await isWhole(second);

  for (const page of [first, second]) {
    await goTo(page, '/operatore/invii-sospesi');
    await page.getByRole('heading', { level: 2, name: held }).waitFor();
  }
  await decide(first, 'Ask for release and sending');
  await second.reload();
  await second.getByRole('button', { name: 'Confirm the release', exact: true }).waitFor();
  await isWhole(second);
  await decide(second, 'Confirm the release');
  await second.getByText('No box has its sending held.').waitFor();
  await first.reload();
  await first.getByText('No box has its sending held.').waitFor();
  for (const page of [first, second]) await page.context().close();
}

/** Signs in, and stands before what waits. */
async function atWork(browser: Browser, base: string, account: DemonstrationAccount): Promise<Page> {
  const { page } = await newPage(browser, { locale: 'en-GB', viewport: { width: 320, height: 640 } });
  await page.goto(`${base}operatore`);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('User name').fill(account.name);
  await page.getByLabel('Password').fill(account.password);
  await page.getByLabel('Verification code').fill(codeOf(account, Date.now()).code);
  await page.getByLabel('Verification code').press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Approvals awaited' }).waitFor();
  return page;
}

/** Goes on at the console’s own name, for which the session is. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
}

/** Asked for once in a tab. */
async function purpose(page: Page): Promise<void> {
  await page.getByLabel('Purpose of the reading').fill('check in two');
  await page.getByLabel('Purpose of the reading').press('Enter');
}

/** Presses what a button says, gives a reason, confirms. */
async function decide(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).click();
  await page.getByLabel('Reason (stays in the trace)').fill('seen by both');
  await page.getByLabel('Reason (stays in the trace)').press('Enter');
}

async function isWhole(page: Page): Promise<void> {
  const found = { faults: await accessibilityFaults(page), overhang: await overhang(page) };
  expect({ page: page.url(), ...found }).toEqual({ page: page.url(), faults: [], overhang: 0 });
}
