import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Breakers, Health, HttpClient, Metrics, Unavailable } from '@recapito/platform';
import { ServiceDoor } from './service-door.ts';

const health = new Health();
let asked = 0;
let status = 200;
const server = createServer((_, answer) => {
  asked += 1;
  answer.writeHead(status, { 'content-type': 'application/json' }).end('{}');
});

/** The door of a console to something that answers as it is told. */
async function door(): Promise<() => Promise<unknown>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened = new ServiceDoor({
    addresses: { mailbox: url },
    tokens: { tokenFor: () => Promise.resolve('token') },
    http: new HttpClient(),
    breakers: new Breakers(health, new Metrics('spec')),
  });
  return () => opened.ask('secret', 'mailbox', { method: 'GET', path: '/', headers: {}, body: undefined });
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

// @rule CONSOLE-PART-DOWN
test('a service that does not believe a token is unavailable to this person, and goes on being asked', async () => {
  const ask = await door();
  status = 401;
  for (let time = 0; time < 20; time += 1) await expect(ask()).rejects.toBeInstanceOf(Unavailable);
  expect(asked).toBe(20);
  status = 200;
  expect(await ask()).toMatchObject({ status: 200 });
  status = 500;
  for (let time = 0; time < 60; time += 1) await expect(ask()).rejects.toBeInstanceOf(Unavailable);
  expect(asked).toBeLessThan(81);
});
