import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { eventually, twoAuthorities } from '@recapito/testing';
import { HttpClient } from '../src/index.ts';
import type { RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { headOf, RawClient } from './parcels/raw-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const stage = new Stage();
let service: RunningService<ParcelClient>;
const open: RawClient[] = [];

beforeAll(() => stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z'))));

afterAll(() => stage.end());

/** A door of twenty places: two for a stranger, ten for a known source, five kept for known ones. */
beforeEach(async () => {
  service = await stage.started({}, { RECAPITO_HTTP_CLIENTS: '20' });
  await service.ready;
});

afterEach(async () => {
  for (const client of open.splice(0)) client.end();
  await service.stop();
});

async function clientFrom(address: string): Promise<RawClient> {
  const client = await RawClient.to(service, address);
  open.push(client);
  return client;
}

const get = (path: string, token?: string) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}\r\n`;

/** Whether somebody from an address is answered. */
async function isServed(address: string, token?: string): Promise<boolean> {
  const client = await clientFrom(address);
  client.write(get(token === undefined ? '/health/live' : '/parcels?limit=1', token));
  const { status } = await client.answered();
  client.end();
  return status === 200;
}

/** Strangers from as many addresses, who connect and say nothing. */
async function crowd(count: number): Promise<RawClient[]> {
  return Promise.all(Array.from({ length: count }, (_, nth) => clientFrom(`127.0.1.${nth + 1}`)));
}

/** A figure of the service, by the beginning of its line. */
async function figure(beginning: string): Promise<number> {
  const figures = await (await fetch(`${service.management}/metrics`)).text();
  const line = figures.split('\n').find((each) => each.startsWith(beginning));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const turnedAway = (reason: string) => figure(`recapito_http_turned_away_total{reason="${reason}"`);

describe('the places of the HTTP door', () => {
  test('are two for a stranger: a third connection ends the oldest of the same source, and of nobody else', async () => {
    const other = await clientFrom('127.0.0.3');
    const [first, second] = [await clientFrom('127.0.0.2'), await clientFrom('127.0.0.2')];
    const third = await clientFrom('127.0.0.2');
    await first.ended();
    third.write(get('/health/live'));
    expect((await third.answered()).status).toBe(200);
    expect([second.closed, other.closed]).toEqual([false, false]);
    expect(await turnedAway('displaced')).toBe(1);
  });

  test('are found by the next stranger though forty others hold on to theirs', async () => {
    await crowd(40);
    expect(await isServed('127.0.0.2')).toBe(true);
    expect(await turnedAway('displaced')).toBeGreaterThanOrEqual(25);
  });

  test('are kept for sources that succeeded before: whatever strangers do, who has shown a token gets in', async () => {
    expect(await isServed('127.0.0.9', operatorToken)).toBe(true);
    // Their requests are in work, and so they keep their places.
    const strangers = await crowd(15);
    for (const stranger of strangers) stranger.write(get('/parcels/slow/4000'));
    await eventually(async () => expect(await figure('recapito_http_requests_in_work')).toBe(15));
    const known = await clientFrom('127.0.0.9');
    known.write(get('/parcels?limit=1', operatorToken));
    expect((await known.answered()).status).toBe(200);
    const late = await clientFrom('127.0.0.7');
    await late.ended();
    expect(await turnedAway('no-place')).toBe(1);
    for (const stranger of strangers) expect((await stranger.answered()).status).toBe(200);
  });

  test('are not lost by whoever is being answered, nor by a caller whose body is on its way', async () => {
    const slow = await clientFrom('127.0.0.2');
    slow.write(get('/parcels/slow/1500'));
    const sending = await clientFrom('127.0.0.3');
    const token = await stage.tokenOf('counter', 'parcels');
    const body = JSON.stringify({ id: crypto.randomUUID(), label: 'vetro', weight: 3 });
    const head = headOf('/parcels', 'application/json', body.length);
    sending.write(
      head.replace('\r\n\r\n', `\r\nIdempotency-Key: 1\r\nAuthorization: Bearer ${token}\r\n\r\n`) + body.slice(0, 5),
    );
    const dripping = await clientFrom('127.0.0.4');
    dripping.write('GET /parcels/now HTTP/1.1\r\n');
    // Whoever comes after them has been let in, so they have been.
    await isServed('127.0.0.5', operatorToken);
    await crowd(40);
    await dripping.ended();
    sending.write(body.slice(5));
    expect(await sending.answered()).toMatchObject({ status: 201, heard: expect.stringContaining('vetro') });
    expect((await slow.answered()).status).toBe(200);
  });

  // @rule SOURCE-PLACES
  test('are lost by strangers whose body drips in, where a route reads it as it comes', async () => {
    const strangers = await crowd(15);
    const head = headOf('/parcels/letters', 'message/rfc822', 1_000);
    for (const stranger of strangers) stranger.write(`${head}x`);
    await eventually(async () => expect(await figure('recapito_http_requests_in_work')).toBe(15));
    expect(await isServed('127.0.0.2')).toBe(true);
    expect(await turnedAway('no-place')).toBe(0);
  });

  test('are shared over TLS alike, also by whoever never says hello', async () => {
    const authorities = await twoAuthorities();
    const certificate = join(authorities.own, 'mailbox.pem');
    const key = join(authorities.own, 'mailbox.key');
    const files = { RECAPITO_HTTP_CERTIFICATE_FILE: certificate, RECAPITO_HTTP_KEY_FILE: key };
    await service.stop();
    service = await stage.started({}, { RECAPITO_HTTP_CLIENTS: '20', ...files });
    await service.ready;
    const http = new HttpClient(readFileSync(join(authorities.own, 'ca.pem'), 'utf8'));
    const ask = async (path: string) =>
      (await http.fetch(`${service.url.replace('127.0.0.1', 'localhost')}${path}`)).status;
    const slow = ask('/parcels/slow/1500');
    await eventually(async () => expect(await figure('recapito_http_requests_in_work')).toBe(1));
    await crowd(40);
    expect(await ask('/health/live')).toBe(200);
    expect(await slow).toBe(200);
    expect(await turnedAway('displaced')).toBeGreaterThanOrEqual(20);
    authorities.remove();
  });
});
