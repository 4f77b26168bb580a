import { expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, newPage, overhang } from './chromium.ts';

/** A page of the portal: nothing serious for axe-core, and nothing wider than a telephone. */
async function isWhole(page: Page): Promise<void> {
  const found = { faults: await accessibilityFaults(page), overhang: await overhang(page) };
  expect(found).toEqual({ faults: [], overhang: 0 });
}

/** A holder whose box was activated signs in at the portal and sees what the new box may do, and from when on no longer. */
export async function lookAtOwnBoxes(browser: Browser, base: string, user: string, password: string): Promise<void> {
  const narrow = { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 320, height: 640 } } as const;
  const { page, complaints } = await newPage(browser, narrow);
  await page.goto(`${base}cittadino`);
  await page.getByLabel('User name or codice fiscale').fill(user);
  await page.getByLabel('Password or PIN').fill(password);
  await page.getByLabel('Password or PIN').press('Enter');
  const boxes = page.getByRole('region', { name: 'My boxes' });
  await boxes.getByText(`${user}, active`).click();
  const sending = boxes.getByRole('listitem').filter({ hasText: 'Send' });
  await sending.getByText('allowed', { exact: true }).waitFor();
  await isWhole(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
}
