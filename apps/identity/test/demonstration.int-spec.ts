import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codeOf, demonstrationAccounts } from '@recapito/tools/demonstration';
import { Browser, whereTo } from '@recapito/testing';
import { begun, consoleUrl, typed } from './operators.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();

beforeAll(() => stage.open(august));
afterAll(() => stage.end());

test('the operators of a rehearsal sign in with what its last lines show, and stay the same when it goes on', async () => {
  const where = { secrets: stage.secrets, url: stage.url };
  const operators = await demonstrationAccounts(stage.folder, where);
  expect(operators.map(({ name, roles }) => [name, ...roles])).toEqual([
    ['maria.prova', 'supervisor'],
    ['luca.prova', 'supervisor'],
    ['sara.prova', 'operator'],
  ]);
  expect(await demonstrationAccounts(stage.folder, where)).toEqual(operators);
  expect(statSync(join(stage.folder, 'demonstration-accounts.json')).mode & 0o777).toBe(0o600);
  for (const operator of operators) {
    // As if the code with which the account was made had been another one.
    await stage.client.operator.update({ where: { name: operator.name }, data: { lastStep: 0 } });
    const browser = new Browser();
    const page = await browser.open((await begun(stage)).url.href);
    const { code, seconds } = codeOf(operator, Date.now());
    expect(seconds).toBeLessThanOrEqual(30);
    expect(whereTo(await typed(browser, page, { ...operator, code }))?.origin).toBe(consoleUrl);
  }
});
