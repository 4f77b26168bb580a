import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { codeAt } from '../src/secrets/one-time-codes.ts';
import { Browser, hidden, whereTo } from '@recapito/testing';
import type { Page } from '@recapito/testing';
import { added, begun, chosen, consoleUrl, freshCode, keyOn, operatorOf, typed } from './operators.ts';
import type { SpecOperator } from './operators.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
const denied = 'User name, password or code not valid.';

beforeAll(() => stage.open(august));
afterAll(() => stage.end());

/** One attempt in a browser of its own. */
async function tried(attempt: { name: string; password: string; code: string }): Promise<Page> {
  const browser = new Browser();
  return await typed(browser, await browser.open((await begun(stage)).url.href), attempt);
}

/** What somebody sees of a page apart from what they typed and the token of the form. */
function seen({ status, text }: Page) {
  return { status, text: text.replaceAll(/ value="[^"]*"/g, '').replaceAll(/interaction\/[\w-]+/g, '') };
}

async function hashes(): Promise<number> {
  return (await stage.rehearsalState()).counters['hashes.computed'] ?? 0;
}

async function triedFacts(): Promise<number> {
  return await stage.client.outboxRow.count({ where: { type: 'operator-tried' } });
}

async function factsOf(name: string) {
  const { id } = await stage.client.operator.findUniqueOrThrow({ where: { name } });
  return (await stage.told('identity.operators.v1', id)).map(({ type, data }) => ({ type, data }));
}

describe('a link to choose credentials', () => {
  // @rule OPERATOR-ACTIVATION
  test('opens a page in both languages, and is used once', async () => {
    const link = await added(stage, 'anna.verdi', ['operator'], 'Anna Verdi');
    expect((await new Browser('it').ask(link)).text).toContain('Attivare l’account');
    expect((await new Browser('en').ask(link)).text).toContain('Activate the account');
    expect((await chosen(link, 'libeccio-di-marzo-3')).page.status).toBe(200);
    for (const again of [await new Browser().ask(link), await new Browser().ask(`${link}x`)]) {
      expect(again.status).toBe(404);
      expect(again.text).toContain('The link is not valid');
    }
  });

  // @rule OPERATOR-ACTIVATION
  test('expires after 48 hours, and another can be made, which asks for another second factor', async () => {
    const link = await added(stage, 'ugo.bruni');
    const first = keyOn(await new Browser().ask(link));
    const { activationUntil } = await stage.client.operator.findUniqueOrThrow({ where: { name: 'ugo.bruni' } });
    expect(Math.round(((activationUntil?.getTime() ?? 0) - Date.now()) / 3_600_000)).toBe(48);
    await stage.client.operator.update({ where: { name: 'ugo.bruni' }, data: { activationUntil: new Date() } });
    expect((await new Browser().ask(link)).status).toBe(404);
    const { body } = await stage.call<{ link: string }>('POST', '/operators/ugo.bruni/activation', { as: 'operator' });
    expect(keyOn(await new Browser().ask(body.link)).equals(first)).toBe(false);
  });

  // @rule PASSWORD-BREACHED
  test.each([
    ['ponente', 'at least 8 characters'],
    ['maria-bianchi-7', 'must not contain the first name'],
    ['password123', 'lists of stolen passwords'],
  ])('does not take the password "%s"', async (password, words) => {
    const name = `prova.${password.length}`;
    const { page } = await chosen(await added(stage, name), password);
    expect({ status: page.status, says: page.text.includes(words) }).toEqual({ status: 422, says: true });
  });

  // @rule PASSWORD-HISTORY
  test('does not take one of the last five passwords, two that differ, a wrong code or a form from elsewhere', async () => {
    const lino = await operatorOf(stage, 'lino.gallo');
    const { body } = await stage.call<{ link: string }>('POST', '/operators/lino.gallo/activation', { as: 'operator' });
    expect((await chosen(body.link, lino.password)).page.text).toContain('one of the last 5');
    const browser = new Browser();
    const page = await browser.ask(body.link);
    const right = { form: hidden(page, 'form'), password: 'maestrale-forte-11', again: 'maestrale-forte-11' };
    const code = codeAt(keyOn(page), instant(Date.now()));
    expect((await browser.ask(body.link, { ...right, again: 'altro', code })).text).toContain('passwords differ');
    expect((await browser.ask(body.link, { ...right, code: otherThan(code) })).text).toContain('The code is wrong');
    expect((await browser.ask(body.link, { ...right, form: 'altra', code })).status).toBe(400);
    expect((await browser.ask(body.link, { ...right, code })).status).toBe(200);
  });
});

describe('a code of the second factor', () => {
  let maria: SpecOperator;
  beforeAll(async () => {
    maria = await operatorOf(stage, 'maria.bianchi');
  });

  // @rule OPERATOR-SECOND-FACTOR
  test('opens once: the same one again is refused, and so is one from before', async () => {
    const code = await freshCode(stage, maria);
    const before = codeAt(maria.factor, instant(Date.now() - 30_000));
    expect(whereTo(await tried({ ...maria, code }))?.origin).toBe(consoleUrl);
    for (const used of [code, before]) expect((await tried({ ...maria, code: used })).text).toContain(denied);
  });

  test('opens once when it is shown in several places at the same moment', async () => {
    const attempt = { ...maria, code: await freshCode(stage, maria) };
    const pages = await Promise.all(Array.from({ length: 4 }, () => tried(attempt)));
    expect(pages.filter((page) => whereTo(page) !== undefined)).toHaveLength(1);
  });
});

describe('whoever gets something wrong', () => {
  // @rule OPERATOR-SECOND-FACTOR
  test('hears the same for an unknown name, a wrong password, a wrong code and an account that is not active', async () => {
    const paolo = await operatorOf(stage, 'paolo.serra');
    await added(stage, 'non.attivo');
    const code = await freshCode(stage, paolo);
    const pages = [
      await tried({ name: 'nessuno', password: paolo.password, code }),
      await tried({ ...paolo, password: 'sbagliata', code }),
      await tried({ ...paolo, code: otherThan(code) }),
      await tried({ name: 'non.attivo', password: paolo.password, code }),
    ];
    expect(pages.map(seen)).toEqual(pages.map(() => seen(pages[0] as Page)));
    expect(pages[0]).toMatchObject({ status: 401 });
    expect(pages[0]?.text).toContain(denied);
  });

  test('costs one hash and one fact, whatever was wrong', async () => {
    const nina = await operatorOf(stage, 'nina.fabbri');
    const spent = async (attempt: { name: string; password: string; code: string }) => {
      const [before, facts] = [await hashes(), await triedFacts()];
      expect((await tried(attempt)).status).toBe(401);
      return [(await hashes()) - before, (await triedFacts()) - facts];
    };
    const code = await freshCode(stage, nina);
    expect(await spent({ name: 'nessuna', password: nina.password, code })).toEqual([1, 1]);
    expect(await spent({ ...nina, password: 'sbagliata', code })).toEqual([1, 1]);
    expect(await spent({ ...nina, code: otherThan(code) })).toEqual([1, 1]);
  });

  test('five times has to wait, whoever the name is, even with what is right; a supervisor ends it; all of it is told', async () => {
    const rita = await operatorOf(stage, 'rita.conti');
    const known = new Browser();
    const wrong = async (name: string, nth: number) => tried({ name, password: `sbagliata-${nth}`, code: '000000' });
    for (const name of [rita.name, 'nessuno.qui']) {
      for (const nth of [1, 2, 3, 4, 5]) expect((await wrong(name, nth)).status).toBe(401);
      const page = await wrong(name, 6);
      expect(page.status).toBe(403);
      expect(page.text).toContain('access is blocked for 24 hours');
    }
    expect((await tried({ ...rita, code: await freshCode(stage, rita) })).status).toBe(403);
    const lifted = await stage.call('DELETE', '/operators/rita.conti/block', { as: 'operator' });
    expect(lifted.body).toEqual({ lifted: true });
    const page = await known.open((await begun(stage)).url.href);
    expect(whereTo(await typed(known, page, { ...rita, code: await freshCode(stage, rita) }))?.origin).toBe(consoleUrl);
    const told = await factsOf('rita.conti');
    expect(told.map(({ type }) => type)).toEqual([
      'operator-added',
      'operator-credentials-chosen',
      ...Array.from({ length: 5 }, () => 'operator-tried'),
      'operator-blocked',
      'operator-tried',
      'operator-tried',
      'operator-unblocked',
      'operator-tried',
    ]);
    expect(told[0]?.data).toMatchObject({ name: 'rita.conti', by: 'operator', roles: ['operator'] });
    expect(told[2]?.data).toMatchObject({ name: 'rita.conti', outcome: 'refused' });
    expect(told.at(-1)?.data).toMatchObject({ name: 'rita.conti', outcome: 'accepted' });
  });

  test('is told without the name when nobody has it', async () => {
    await tried({ name: 'nessuno.mai', password: 'sbagliata', code: '000000' });
    const strangers = (await stage.told('identity.operators.v1')).filter(
      ({ type, data }) => type === 'operator-tried' && (data as { operator: unknown }).operator === null,
    );
    expect(strangers.length).toBeGreaterThan(0);
    expect(JSON.stringify(strangers)).not.toContain('nessuno');
  });
});

// @rule OPERATOR-ACCOUNT
describe('accounts', () => {
  const change = async (name: string, body: object) =>
    await stage.call('PUT', `/operators/${name}`, { as: 'operator', body });

  test('have a name for ever, and roles that exist', async () => {
    await added(stage, 'gino.rossi');
    const body = { name: 'gino.rossi', fullName: 'Gino Rossi', roles: ['operator'] };
    const again = await stage.call('POST', '/operators', { as: 'operator', body });
    expect({ status: again.status, type: again.body['type'] }).toEqual({ status: 409, type: 'operator/name-taken' });
    const unknown = await change('gino.rossi', { roles: ['imperatore'], state: 'active' });
    expect({ status: unknown.status, type: unknown.body['type'] }).toEqual({
      status: 422,
      type: 'operator/unknown-role',
    });
    expect((await change('nessuno', { roles: ['operator'], state: 'active' })).status).toBe(404);
  });

  // @rule OPERATOR-NAME
  test.each(['mailbox', 'dovecot', 'a5d3f8a1-5d3f-8a11-9c2d-7f0e6a5b4c3d'])(
    'are not called as a part of the suite or a holder is: %s',
    async (name) => {
      const body = { name, fullName: 'Gino Rossi', roles: ['operator'] };
      for (const as of ['operator', 'identity'])
        expect((await stage.call('POST', '/operators', { as, body })).status).toBe(400);
    },
  );

  test('never lose the last supervisor', async () => {
    await operatorOf(stage, 'sole.capo', ['supervisor']);
    const refused = await change('sole.capo', { roles: ['supervisor'], state: 'disabled' });
    expect({ status: refused.status, type: refused.body['type'] }).toEqual({
      status: 409,
      type: 'operator/last-supervisor',
    });
    await operatorOf(stage, 'altro.capo', ['supervisor']);
    expect((await change('sole.capo', { roles: ['operator'], state: 'active' })).status).toBe(200);
    expect((await change('altro.capo', { roles: ['operator'], state: 'active' })).status).toBe(409);
  });

  test('are given by whoever holds identity’s own key, when there is no supervisor yet, and by no other service', async () => {
    const body = { name: 'prima.persona', fullName: 'Prima Persona', roles: ['supervisor'] };
    expect((await stage.call('POST', '/operators', { as: 'mailbox', body })).status).toBe(403);
    expect((await stage.call('POST', '/operators', { as: 'identity', body })).status).toBe(201);
  });
});

/** Another code of six digits. */
function otherThan(code: string): string {
  return code.replace(/^./, (digit) => String((Number(digit) + 5) % 10));
}
