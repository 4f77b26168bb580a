import type { Browser, Page } from 'playwright-core';
import { codeOf, readDemonstration } from '../operators/demonstration.ts';

/** A page of operators: how it is reached by whoever has signed in, and what is seen on it before the picture is taken. */
interface OperatorPicture {
  readonly reach: (page: Page, place: GalleryPlace) => Promise<unknown>;
  readonly sign: string;
}

interface GalleryPlace {
  readonly base: string;
  /** The address of a box that was activated. */
  readonly address: string;
}

const openBox = (page: Page, { base, address }: GalleryPlace) =>
  page.goto(`${base}operatore/caselle/${encodeURIComponent(address)}`);

export const operatorPictures: Readonly<Record<string, OperatorPicture>> = {
  'operator-home': { reach: (page, { base }) => page.goto(`${base}operatore`), sign: 'No communication has failed.' },
  'operator-box': { reach: openBox, sign: 'Claim the free PEC' },
  'operator-person': {
    reach: async (page, place) => {
      await openBox(page, place);
      await page.getByRole('region', { name: 'The box', exact: true }).getByRole('link').click();
    },
    sign: 'Enrolment confirmed',
  },
  'operator-message': {
    reach: async (page, place) => {
      await openBox(page, place);
      await page.getByRole('region', { name: 'Messages for the box' }).getByRole('link').first().click();
      await page
        .getByRole('button', { name: /^Entry/ })
        .last()
        .click();
    },
    sign: 'Signed root',
  },
};

/** A page on which an operator of a run has signed in. @param run its folder */
export async function signedInPage(browser: Browser, base: string, run: string): Promise<Page> {
  const [operator] = readDemonstration(run).filter(({ roles }) => roles.includes('operator'));
  if (operator === undefined) throw new Error(`the run in ${run} has no operator`);
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1120, height: 1000 },
    reducedMotion: 'reduce',
  });
  await context.addInitScript(`sessionStorage.setItem('recapito.purpose', 'call of the holder')`);
  const page = await context.newPage();
  await page.goto(`${base}operatore`);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('User name').fill(operator.name);
  await page.getByLabel('Password').fill(operator.password);
  await page.getByLabel('Verification code').fill(codeOf(operator, Date.now()).code);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/operatore`);
  return page;
}

/** The box that the first holder of a run's report got. */
export async function activatedBox(base: string): Promise<string> {
  const response = await fetch(`${base}api/report`);
  const { report } = (await response.json()) as { report: { addresses: { state: string; to: string | null }[] } };
  const address = report.addresses.find(({ state }) => state === 'completed')?.to;
  if (typeof address !== 'string') throw new Error('no box was activated in this run');
  return address;
}
