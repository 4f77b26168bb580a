import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import {
  allPublished,
  Browser,
  decideToGoOn,
  eventually,
  restoreState,
  untilWentBack,
  whereTo,
} from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { added, begun, chosen, consoleUrl, freshCode, operatorOf, typed } from './operators.ts';
import type { SpecOperator } from './operators.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
let identity: RunningService<PrismaClient>;
/** Signed in before the backup and changed nothing after it. */
let maria: SpecOperator;
/** Chose other credentials after it. */
let luca: SpecOperator;
/** Was disabled after it. */
let sara: SpecOperator;

beforeAll(async () => {
  identity = await stage.open(august);
  [maria, luca, sara] = [
    await operatorOf(stage, 'maria.bianchi', ['supervisor']),
    await operatorOf(stage, 'luca.neri'),
    await operatorOf(stage, 'sara.gatti'),
  ];
  await allPublished(stage);
  await stage.stop();
  const putBack = await stage.backUp();
  identity = await stage.start();
  await identity.ready;
  const { body } = await stage.call<{ link: string }>('POST', '/operators/luca.neri/activation', { as: 'operator' });
  expect((await chosen(body.link, 'bora-sul-molo-9')).page.status).toBe(200);
  const change = { roles: ['operator'], state: 'disabled' };
  expect((await stage.call('PUT', '/operators/sara.gatti', { as: 'operator', body: change })).status).toBe(200);
  await added(stage, 'nuova.collega', ['auditor'], 'Nuova Collega');
  await allPublished(stage);
  await stage.stop();
  await putBack();
  identity = await stage.start();
  await untilWentBack(stage);
  await decideToGoOn(stage, identity);
  await eventually(async () => (await restoreState(stage)).forgotten === 0);
});

afterAll(() => stage.end());

async function stateOf(name: string): Promise<string | undefined> {
  const found = await stage.client.operator.findUnique({ where: { name } });
  return found === null ? undefined : `${found.state} ${found.roles.join(' ')}`;
}

async function signsIn(operator: SpecOperator): Promise<boolean> {
  const browser = new Browser();
  const page = await browser.open((await begun(stage)).url.href);
  const end = await typed(browser, page, { ...operator, code: await freshCode(stage, operator) });
  return whereTo(end)?.origin === consoleUrl;
}

test('after a restore nobody gets in by credentials that were replaced, or into an account that was disabled', async () => {
  expect(await signsIn(maria)).toBe(true);
  expect(await stateOf('luca.neri')).toBe('invited operator');
  expect(await signsIn(luca)).toBe(false);
  expect(await stateOf('sara.gatti')).toBe('disabled operator');
  expect(await signsIn(sara)).toBe(false);
});

test('an account that was forgotten is there again with its roles, and gets a new link', async () => {
  expect(await stateOf('nuova.collega')).toBe('invited auditor');
  const { status, body } = await stage.call<{ link: string }>('POST', '/operators/nuova.collega/activation', {
    as: 'operator',
  });
  expect(status).toBe(201);
  expect((await chosen(body.link, 'grecale-di-notte-4')).page.status).toBe(200);
  expect(await stateOf('nuova.collega')).toBe('active auditor');
});
