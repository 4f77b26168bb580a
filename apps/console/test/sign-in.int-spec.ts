import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Browser, eventually, hidden, ownServers, servers, whereTo } from '@recapito/testing';
import { august, changed, SignInStage } from './sign-in-stage.ts';

const stage = new SignInStage();
const nobody = '/accesso?esito=no';

beforeAll(() => stage.openBoth());
afterAll(() => stage.end());

/** Where the console sends a browser that shows it what identity has sent back. */
async function ledTo(browser: Browser, onward: string): Promise<string | undefined> {
  return whereTo(await browser.ask(onward))?.href.slice(stage.consoleUrl.length);
}

/** What identity sends a new browser back with, unused. */
async function unused(to?: string) {
  const browser = new Browser();
  return { browser, onward: await stage.typed(browser, await stage.begun(browser, to)) };
}

describe('an operator signs in', () => {
  test('at identity, and comes back to the page that was asked for, in a session of their own', async () => {
    const browser = new Browser();
    const page = await stage.begun(browser, '/operatore/persone?cerca=rossi');
    expect(new URL(page.url).origin).toBe(stage.identityUrl);
    const onward = await stage.typed(browser, page, 'sara.prova');
    expect(await ledTo(browser, onward)).toBe('/operatore/persone?cerca=rossi');
    expect(await stage.session(browser)).toMatchObject({
      name: 'sara.prova',
      fullName: 'Sara Prova',
      roles: [{ it: 'Operatore', en: 'Operator' }],
      may: { migration: ['read-campaign', 'read-rejects'] },
    });
    expect(await stage.session(new Browser())).toBeNull();
  });

  // @rule CONSOLE-OPENID
  test('by another name of the console’s host, and is first sent to its own', async () => {
    const other = stage.consoleUrl.replace('localhost', '127.0.0.1');
    const sent = await new Browser().ask(`${other}/auth/sign-in?to=/resoconto`);
    expect(whereTo(sent)?.href).toBe(`${stage.consoleUrl}/auth/sign-in?to=/resoconto`);
  });

  // @rule CONSOLE-COOKIE
  test('and gets a cookie that no script reads and no other site’s form brings along', async () => {
    const { browser, onward } = await unused();
    const { headers } = await browser.ask(onward);
    const [cookie = ''] = headers.getSetCookie().filter((line) => line.startsWith('recapito-session='));
    expect(cookie.replace(/=[\w-]{43};/, '=…;')).toBe('recapito-session=…; Path=/; HttpOnly; SameSite=Lax');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  // @rule CONSOLE-SESSION-SEALED
  test('and lies sealed in Redis: no name, no token and no secret of a cookie can be read there', async () => {
    const browser = await stage.signedIn();
    const redis = new Redis(servers().redisUrl);
    const keys = await redis.keys(`${stage.namespace}console:*`);
    const values = await redis.mget(keys);
    await redis.quit();
    expect(keys.some((key) => key.includes('session:'))).toBe(true);
    const lying = `${keys.join()} ${values.join()}`;
    for (const open of ['maria.prova', 'Maria Prova', 'refresh', browser.cookie('recapito-session') ?? '?'])
      expect(lying).not.toContain(open);
    expect(values.every((value) => value?.startsWith('eyJ'))).toBe(true);
  });
});

describe('nobody signs in', () => {
  // @rule CONSOLE-OPENID
  test.each([
    ['names another issuer', 'iss', 'https://altrove.example/oidc'],
    ['names no issuer', 'iss', null],
    ['has a state that nobody was given', 'state', 'un-altro'],
    ['has no state', 'state', null],
    ['has a code of somebody’s invention', 'code', 'inventato'],
  ])('by an answer that %s', async (_, name, value) => {
    const { browser, onward } = await unused();
    expect(await ledTo(browser, changed(onward, name, value))).toBe(nobody);
    expect(await stage.session(browser)).toBeNull();
  });

  // @rule CONSOLE-SIGN-IN-ONCE
  test('by an answer in a browser that has not begun, and it is worth as much in the one that has', async () => {
    const { browser, onward } = await unused();
    expect(await ledTo(new Browser(), onward)).toBe(nobody);
    expect(await ledTo(browser, onward)).toBe('/operatore');
  });

  // @rule CONSOLE-SIGN-IN-ONCE
  test('by an answer that was used, and who has signed in by it stays', async () => {
    const { browser, onward } = await unused();
    await browser.ask(onward);
    expect(await ledTo(browser, onward)).toBe(nobody);
    expect((await stage.session(browser))?.name).toBe('maria.prova');
  });

  test('who goes back from identity’s page', async () => {
    const { browser, onward } = await unused();
    const denied = changed(changed(onward, 'code', null), 'error', 'access_denied');
    expect(await ledTo(browser, denied)).toBe(nobody);
  });

  test.each(['https://altrove.example/', '//altrove.example', '/\\altrove.example', '/auth/callback'])(
    'and is sent to %s afterwards',
    async (address) => {
      const { browser, onward } = await unused(address);
      expect(await ledTo(browser, onward)).toBe('/operatore');
    },
  );
});

describe('a session', () => {
  // @rule CONSOLE-SESSION-NEW
  test('that was planted before the sign-in is not the one after', async () => {
    const browser = new Browser();
    const planted = 'p'.repeat(43);
    browser.plant({ name: 'recapito-session', value: planted, path: '/' });
    await stage.signedIn('maria.prova', browser);
    expect(browser.cookie('recapito-session')).not.toBe(planted);
    expect(await stage.session(browser)).not.toBeNull();
    const thief = new Browser();
    thief.plant({ name: 'recapito-session', value: planted, path: '/' });
    expect(await stage.session(thief)).toBeNull();
  });

  // @rule CONSOLE-SESSION-NEW
  test('is over when somebody signs in again in its browser', async () => {
    const browser = await stage.signedIn();
    const before = browser.cookie('recapito-session') ?? '';
    // Identity knows this browser and asks for nothing.
    const sent = await browser.open(`${stage.consoleUrl}/auth/sign-in`);
    const back = await browser.open(whereTo(sent)?.href ?? '');
    await browser.ask(whereTo(back)?.href ?? '');
    expect(browser.cookie('recapito-session')).not.toBe(before);
    expect(await stage.session(browser)).not.toBeNull();
    const old = new Browser();
    old.plant({ name: 'recapito-session', value: before, path: '/' });
    expect(await stage.session(old)).toBeNull();
  });

  // @rule CONSOLE-CSRF
  test('changes nothing without the token that its pages know', async () => {
    const [browser, other] = [await stage.signedIn(), await stage.signedIn('luca.prova')];
    const strange = { 'x-csrf-token': (await stage.session(other))?.csrf ?? '' };
    const refused = { status: 403, type: 'session/not-from-page' };
    const holder = '/api/services/identity/holders/0198a000-0000-7000-8000-000000000001/block';
    expect(await stage.ask(browser, 'POST', '/auth/sign-out')).toEqual(refused);
    expect(await stage.ask(browser, 'POST', '/auth/sign-out', strange)).toEqual(refused);
    expect(await stage.ask(browser, 'DELETE', holder)).toEqual(refused);
    expect(await stage.session(browser)).not.toBeNull();
    const own = { 'x-csrf-token': (await stage.session(browser))?.csrf ?? '' };
    expect(await stage.ask(browser, 'DELETE', holder, own)).toEqual({ status: 404, type: 'holder/unknown' });
  });

  test('opens the doors that pages use and no other, and none without a session', async () => {
    const browser = await stage.signedIn();
    const blocks = '/api/services/identity/campaigns/inps-2010/blocks';
    expect(await stage.ask(browser, 'GET', blocks, { purpose: 'una prova' })).toEqual({ status: 200, type: undefined });
    const fromElsewhere = { purpose: 'una prova', 'sec-fetch-site': 'cross-site' };
    expect(await stage.ask(browser, 'GET', blocks, fromElsewhere)).toEqual({
      status: 403,
      type: 'session/not-from-page',
    });
    const closed = { status: 404, type: 'page/not-passed-on' };
    expect(await stage.ask(browser, 'GET', '/api/services/identity/operators')).toEqual(closed);
    expect(await stage.ask(browser, 'GET', '/api/services/identity/holders/..%2Foperators')).toEqual(closed);
    expect(await stage.ask(browser, 'GET', '/api/services/altro/holders')).toEqual(closed);
    expect(await stage.ask(new Browser(), 'GET', blocks)).toEqual({ status: 401, type: 'caller/unknown' });
  });

  // @rule CONSOLE-PART-DOWN
  test('shows a page each service by itself: one that is down says so, and the others answer', async () => {
    const browser = await stage.signedIn();
    const down = { status: 503, type: 'service/unavailable' };
    expect(await stage.ask(browser, 'GET', '/api/services/mailbox/dead-letters')).toEqual(down);
    expect(await stage.ask(browser, 'GET', '/api/services/identity/dead-letters')).toEqual({
      status: 200,
      type: undefined,
    });
  });

  // @rule CONSOLE-REFRESH-ALONE
  test('stays whole when tabs and processes need new tokens at once: each refresh token is used once', async () => {
    const browser = await stage.signedIn();
    const second = await stage.openBeside();
    const services = ['mailbox', 'migration', 'notification', 'identity'];
    const doors = [stage.consoleUrl, second.url].flatMap((base) =>
      services.map((service) => `${base}/api/services/${service}/dead-letters`),
    );
    const answers = await Promise.all(doors.map((door) => browser.ask(door)));
    // Only identity runs here; nobody was told that the session is over.
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 200, 503, 503, 503, 200]);
    expect(await stage.ask(browser, 'GET', '/api/services/identity/dead-letters')).toMatchObject({ status: 200 });
    const used = await stage.inDatabase<{ count: number }>(
      `SELECT count(*)::int FROM provider_record WHERE kind = 'RefreshToken' AND consumed_at IS NOT NULL
         AND grant_id = (SELECT grant_id FROM provider_record WHERE kind = 'RefreshToken' ORDER BY expires_at DESC LIMIT 1)`,
    );
    expect(used).toEqual([{ count: 3 }]);
  });

  // @rule CONSOLE-SESSION-ENDS
  test('is over when nobody has asked for anything for the idle time', async () => {
    const browser = await stage.signedIn();
    const redis = new Redis(servers().redisUrl);
    const before = await redis.keys(`${stage.namespace}console:session:*`);
    const { url } = await stage.openBeside({ RECAPITO_SESSION_IDLE_SECONDS: '1' });
    // This look is the last one: the console beside lets the session go a second later.
    expect(await stage.session(browser, url)).not.toBeNull();
    await eventually(async () => (await redis.exists(...before)) < before.length);
    await redis.quit();
    expect(await stage.session(browser)).toBeNull();
  });

  // @rule CONSOLE-SESSION-ENDS
  test('is over after its longest time, whoever works in it', async () => {
    const { browser, onward } = await unused();
    const { url } = await stage.openBeside({ RECAPITO_SESSION_LONGEST_SECONDS: '2' });
    await browser.ask(onward.replace(stage.consoleUrl, url));
    expect(await stage.session(browser)).not.toBeNull();
    await eventually(async () => (await stage.session(browser)) === null);
  });

  // @rule CONSOLE-SESSION-ENDS
  test('ends here and at identity when its owner signs out', async () => {
    const browser = await stage.signedIn();
    const csrf = (await stage.session(browser))?.csrf ?? '';
    const { text } = await browser.ask(
      `${stage.consoleUrl}/auth/sign-out`,
      undefined,
      { 'x-csrf-token': csrf },
      'POST',
    );
    expect(await stage.session(browser)).toBeNull();
    const { leave } = JSON.parse(text) as { leave: string };
    const asked = await browser.open(leave);
    expect(asked.text).toContain('Sign out?');
    const action = /<form[^>]*action="([^"]*)"/.exec(asked.text)?.[1] ?? '';
    const left = await browser.open(action, { xsrf: hidden(asked, 'xsrf'), logout: 'yes' });
    expect(whereTo(left)?.href).toBe(`${stage.consoleUrl}/`);
    expect((await stage.begun(browser)).text).toContain('Verification code');
  });

  // @rule CONSOLE-SESSION-ENDS
  test('is over when identity has ended it', async () => {
    const browser = await stage.signedIn();
    await stage.inDatabase(`DELETE FROM provider_record WHERE kind IN ('RefreshToken', 'Grant', 'Session')`);
    expect(await stage.ask(browser, 'GET', '/api/services/mailbox/dead-letters')).toEqual({
      status: 401,
      type: 'session/over',
    });
    expect(await stage.session(browser)).toBeNull();
  });
});

describe('while something is away', () => {
  test('Redis: signing in and signed pages say so, the rehearsal’s page goes on, and all is well when it is back', async () => {
    const own = await ownServers('redis');
    try {
      const { RECAPITO_REDIS_URL: redisUrl = '' } = own.servers.environment;
      const { url } = await stage.openAlone({ RECAPITO_REDIS_URL: redisUrl });
      const browser = new Browser();
      browser.plant({ name: 'recapito-session', value: 's'.repeat(43), path: '/' });
      await own.servers.kill('redis', 'SIGKILL');
      const asked = async (path: string) => {
        const { status, text } = await browser.ask(`${url}${path}`);
        return [status, text.includes('<!doctype html>')];
      };
      const isAway = async () => (await browser.ask(`${url}/api/session`)).text.includes('"away":true');
      await eventually(isAway);
      expect(await asked('/api/services/identity/dead-letters')).toEqual([503, false]);
      expect(await asked('/auth/sign-in')).toEqual([503, true]);
      expect(await asked('/')).toEqual([200, true]);
      expect((await stage.shown(({ clock }) => clock === august)).clock).toBe(august);
      await own.servers.restart('redis');
      await eventually(async () => !(await isAway()));
    } finally {
      await own.remove();
    }
  });

  test('identity: signing in says so, and who has signed in stays so and may sign out', async () => {
    const browser = await stage.signedIn();
    const csrf = (await stage.session(browser))?.csrf ?? '';
    await stage.killIdentity();
    const { url } = await stage.openAlone({});
    const refused = await browser.ask(`${url}/auth/sign-in`);
    expect([refused.status, refused.text.includes('<!doctype html>')]).toEqual([503, true]);
    expect(await stage.session(browser)).not.toBeNull();
    const left = await browser.ask(`${url}/auth/sign-out`, undefined, { 'x-csrf-token': csrf }, 'POST');
    expect([left.status, left.text]).toEqual([200, '{"leave":null}']);
    expect(await stage.session(browser)).toBeNull();
  });
});
