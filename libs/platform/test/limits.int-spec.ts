import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import type { RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { headOf, RawClient } from './parcels/raw-client.ts';
import { Stage } from './parcels/service.ts';

const stage = new Stage();
let service: RunningService<ParcelClient>;

beforeAll(async () => {
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  service = await stage.started();
  await service.ready;
});

afterAll(() => stage.end());

/** What buffers hold that anybody can still reach. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

describe('a request without credentials', () => {
  // @rule AUTH-BEFORE-BODY
  test('is answered when its head is there: nothing of its body is waited for', async () => {
    const client = await RawClient.to(service);
    client.write(headOf('/parcels', 'application/json', 1_000_000));
    expect((await client.answered()).status).toBe(401);
    client.end();
  });

  test('of an address that does not exist, too', async () => {
    const client = await RawClient.to(service);
    client.write(headOf('/nothing', 'message/rfc822', 40_000_000));
    expect((await client.answered()).status).toBe(404);
    client.end();
  });

  test('leaves no memory behind, however large its body is', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => RawClient.to(service)));
    for (const client of clients) client.write(headOf('/parcels', 'message/rfc822', 39_000_000));
    for (const client of clients) expect((await client.answered()).status).toBe(401);
    const before = heldBytes();
    await Promise.all(clients.map((client) => client.send(8)));
    // Of the 64 MB that were sent, none is kept; what is collected is freed in the background.
    await eventually(() => expect(heldBytes() - before).toBeLessThan(16_000_000));
    for (const client of clients) client.end();
  });
});

describe('a request whose body is too large', () => {
  test('is refused by what it announces, before any of it comes', async () => {
    const client = await RawClient.to(service);
    client.write(headOf('/parcels/letters', 'message/rfc822', 6_000));
    expect((await client.answered()).status).toBe(413);
    client.end();
  });
});

describe('what never becomes a request', () => {
  test.each([
    ['no HTTP', 'EHLO lento.example\r\n\r\n', 400, 'request/malformed', 'HTTP-REQUEST-SHAPE'],
    [
      'a head without end',
      `GET /parcels HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'request/head-too-large',
      'HTTP-LIMITS',
    ],
  ])('(%s) is answered with a problem, and the connection ends', async (_, text, status, type, rule) => {
    const client = await RawClient.to(service);
    client.write(text);
    expect(await client.problem()).toMatchObject({ status, type, rule });
  });

  test('(an address that cannot be read) is a problem too', async () => {
    const client = await RawClient.to(service);
    client.write('GET /parcels/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await client.problem()).toMatchObject({ status: 400, type: 'request/malformed' });
  });
});

describe('the HTTP door', () => {
  // @rule HTTP-LIMITS
  test('bounds heads, whole requests, silence and the number of connections', () => {
    const server = service.app.getHttpServer();
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 240_000,
      timeout: 60_000,
      keepAliveTimeout: 10_000,
      maxConnections: 1_100,
    });
  });

  // @rule HTTP-STOP
  test('is not held open by a client whose request does not come in whole: the service stops in order, in time', async () => {
    const leaving = await stage.started({}, { RECAPITO_SHUTDOWN_MS: '5000' });
    await leaving.ready;
    const slow = await RawClient.to(leaving);
    slow.write(`${headOf('/parcels/told', 'application/json', 1_000)}{`);
    const streaming = await RawClient.to(leaving);
    streaming.write(headOf('/parcels/letters', 'message/rfc822', 1_000));
    expect(await (await fetch(`${leaving.url}/health/live`)).text()).toContain('ok');
    const began = performance.now();
    expect(await leaving.stop()).toBe(true);
    expect(performance.now() - began).toBeLessThan(4_900);
    expect([slow.closed, streaming.closed]).toEqual([true, true]);
  });
});

describe('requests without credentials', () => {
  // @rule SOURCE-RATE
  test('have a rate by source: another address, a caller with a token and who looks at the service are served', async () => {
    const proxied = { RECAPITO_TRUSTED_PROXIES: '127.0.0.1', RECAPITO_HTTP_BURST: '5', RECAPITO_HTTP_PER_SECOND: '1' };
    const limited = await stage.started({}, proxied);
    await limited.ready;
    const ask = async (path: string, from: string) => {
      const response = await fetch(`${limited.url}${path}`, { headers: { 'x-forwarded-for': from } });
      await response.arrayBuffer();
      return response.status;
    };
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask('/nowhere', '203.0.113.1')));
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(8);
    expect(statuses).toContain(429);
    expect(await ask('/nowhere', '203.0.113.2')).toBe(404);
    expect(await ask('/health/live', '203.0.113.1')).toBe(200);
  });
});
