import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as contracts from '@recapito/contracts';
import { start } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { ConsoleStage, page } from './console-stage.ts';

const stage = new ConsoleStage();
const morning = parseInstant('2010-08-03T08:00:00Z');
const [move, other, holder, communication] = [
  '0198a000-0000-7000-8000-000000000001',
  '0198a000-0000-7000-8000-000000000002',
  '0198a000-0000-7000-8000-000000000003',
  '0198a000-0000-7000-8000-000000000004',
] as const;
let well: Server;

beforeAll(async () => {
  well = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"status":"degraded","checks":[{"name":"database","state":"ok"},{"name":"outbox","state":"degraded"}]}'),
  );
  await new Promise<void>((resolve) => well.listen(0, '127.0.0.1', resolve));
  const { port } = well.address() as AddressInfo;
  const watched = `mailbox=http://127.0.0.1:${port},identity=http://127.0.0.1:1`;
  await stage.open(morning, { RECAPITO_WATCHED: watched });
});

afterAll(async () => {
  await stage.end();
  well.close();
});

describe('the pages of the console', () => {
  // @rule CONSOLE-CSP
  test('load nothing from elsewhere, run no script inside them and stand in no frame', async () => {
    const { headers } = await stage.get('/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';font-src 'self' data:;img-src 'self' data:;" +
        "connect-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  // @rule CONSOLE-PAGES
  test.each([
    '/',
    '/resoconto',
    '/resoconto?cerca=anna',
    '/una/pagina',
    '/operatore/caselle/anna.bianchi%40pec.example',
  ])('are one application, at %s too', async (path) => {
    const answer = await stage.get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(await answer.text()).toBe(page);
  });

  test('have files that browsers keep for ever, compressed for those who read that', async () => {
    const plain = await stage.get('/assets/index-4f2a.js', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await plain.text()).toBe('globalThis.shown = true;\n');
    const compressed = await stage.get('/assets/index-4f2a.js', { 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
  });

  // @rule CONSOLE-PAGES
  test.each(['/assets/other.js', '/assets/%2e%2e/index.html', '/api/nothing', '/robots.txt'])(
    'are not at %s: 404',
    async (path) => {
      expect((await stage.get(path)).status).toBe(404);
    },
  );
});

describe('the live stream', () => {
  test('shows the suite clock, and how each service is: one that is down changes its own line', async () => {
    const { clock, services, run } = await stage.shown(({ services }) => services[0]?.state !== 'unknown');
    expect(clock).toBe(morning);
    expect(run).toBeNull();
    expect(services).toEqual([
      { name: 'mailbox', state: 'degraded', lacks: ['outbox'] },
      { name: 'identity', state: 'down', lacks: [] },
    ]);
  });

  test('shows a campaign with the names of its programme, and its facts as they are told', async () => {
    const campaign = 'inps-2010';
    const until = parseInstant('2010-09-15T22:00:00Z');
    const proposed = { campaign, programme: 'inps-2010', source: 'inps-trial', target: 'cec-pac', until };
    await stage.voices.say(contracts.campaignProposed, campaign, proposed, morning);
    const refusal = { refused: 'move/example', rule: 'EXAMPLE', words: { it: 'no', en: 'no' } };
    const refused = { move: other, campaign, holder, from: 'a@inpspec.gov.it', to: null, refusal };
    await stage.voices.say(contracts.moveRefused, other, refused, morning);
    const asked = { move, campaign, holder, confirmedAt: morning, dueAt: parseInstant('2010-08-04T08:00:00Z') };
    await stage.voices.say(contracts.switchAsked, move, asked, morning);
    const told = { communication, holder, kind: 'announcement', channel: 'pec', move, to: null } as const;
    await stage.voices.say(contracts.communicationDelivered, communication, told, morning);

    const live = await stage.shown(({ moves, notices }) => moves.confirmed === 1 && notices.delivered === 1);
    expect(live.campaign).toEqual({
      id: campaign,
      programme: 'inps-2010',
      until,
      source: { brand: 'PEC INPS', domain: 'inpspec.gov.it' },
      target: { brand: 'PostaCertificat@', domain: 'postacertificata.gov.it' },
      rows: null,
    });
    expect(live.moves).toEqual({ planned: 0, announced: 0, confirmed: 1, completed: 0, lapsed: 0, refused: 1 });
    expect(live.days).toEqual([{ day: '2010-08-03', confirmed: 1, completed: 0 }]);
    expect(live.notices).toEqual({ sent: 0, delivered: 1, failed: 0 });
  });
});

describe('a campaign of a programme whose files are not here', () => {
  test('is shown with the ids of its services, and ends no stream', async () => {
    const until = parseInstant('2010-09-15T22:00:00Z');
    const proposed = { campaign: 'spring', programme: 'spring', source: 'inps-trial', target: 'cec-pac', until };
    await stage.voices.say(contracts.campaignProposed, 'spring', proposed, morning);
    const { campaign } = await stage.shown((live) => live.campaign?.id === 'spring');
    expect(campaign).toMatchObject({
      source: { brand: 'inps-trial', domain: null },
      target: { brand: 'cec-pac', domain: null },
    });
  });
});

describe('the console', () => {
  // @rule CONSOLE-REPORT
  test('has no report where nobody has driven a run to its end', async () => {
    const answer = await stage.get('/api/report', { 'accept-language': 'en' });
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([404, 'report/none']);
  });

  test('does not start in production at an address without TLS: cookies of sessions could be read', async () => {
    await expect(start(stage.described({ RECAPITO_MODE: 'production' }))).rejects.toThrow(
      /RECAPITO_CONSOLE_URL: begins with http:, not https:; people come by it, and no mesh protects their way/,
    );
  });

  // @rule CONSOLE-REHEARSAL-ONLY
  test('shows nobody the pages of a rehearsal in production, and tells them that it is none', async () => {
    const url = await stage.openProduction();
    const asked = async (path: string) => (await fetch(`${url}${path}`)).status;
    expect([await asked('/'), await asked('/api/live'), await asked('/api/report')]).toEqual([200, 404, 404]);
    expect(await (await fetch(`${url}/api/session`)).json()).toEqual({
      rehearsal: false,
      away: false,
      person: null,
    });
    const begun = await fetch(`${url}/auth/sign-in`, { redirect: 'manual' });
    expect([begun.status, begun.headers.get('location')]).toEqual([303, 'https://console.example/auth/sign-in']);
  });

  test('stops within its time while somebody watches', async () => {
    const { body } = await stage.get('/api/live');
    const began = performance.now();
    expect(await stage.stop()).toBe(true);
    // Half of its time is what an answer that does not end would be given.
    expect(performance.now() - began).toBeLessThan(7_000);
    await body?.cancel().catch(() => undefined);
  });
});
