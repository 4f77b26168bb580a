import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DoorShut } from './patience.ts';
import { call, Refused, SuiteServices } from './suite-services.ts';
import { answerJson, smallDoor } from './test/small-door.ts';
import type { SmallDoor } from './test/small-door.ts';

let door: SmallDoor | undefined;

const opened = async (...way: Parameters<typeof smallDoor>) => (door = await smallDoor(...way));

afterEach(async () => {
  await door?.close();
  door = undefined;
});

describe('a call', () => {
  test('carries token, JSON and language, and brings JSON decoded', async () => {
    const { url } = await opened((request, response) => {
      void text(request).then((body) => answerJson(response, 200, { body, headers: request.headers }));
    });
    const answer = await call('POST', url, { token: 'gettone', json: { a: 1 }, headers: { 'idempotency-key': 'k' } });
    expect(answer).toMatchObject({
      body: '{"a":1}',
      headers: {
        authorization: 'Bearer gettone',
        'accept-language': 'it',
        'content-type': 'application/json',
        'idempotency-key': 'k',
      },
    });
  });

  test('brings anything else as text', async () => {
    const { url } = await opened((_, response) => void response.end('riga,campo\r\n'));
    expect(await call('GET', url)).toBe('riga,campo\r\n');
  });

  test('that is refused says how, and is not repeated', async () => {
    let asked = 0;
    const { url } = await opened((_, response) => {
      asked += 1;
      answerJson(response, 409, { type: 'enrolment/step-out-of-order', detail: 'Manca il passo 3.' });
    });
    const refused = await call('PUT', url).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ status: 409, code: 'enrolment/step-out-of-order' });
    expect(asked).toBe(1);
  });

  test('that meets a fault is not repeated either: a fault is a broken promise', async () => {
    let asked = 0;
    const { url } = await opened((_, response) => {
      asked += 1;
      answerJson(response, 500, { type: 'fault' });
    });
    await expect(call('GET', url)).rejects.toThrow(Refused);
    expect(asked).toBe(1);
  });
});

describe('at a door that is shut', () => {
  test('a call comes back when the door says so, and says the same again', async () => {
    const bodies: string[] = [];
    const { url } = await opened((request, response) => {
      void text(request).then((body) => {
        bodies.push(body);
        const shut = bodies.length < 3;
        return answerJson(response, shut ? 503 : 200, { open: !shut }, { 'retry-after': '0' });
      });
    });
    expect(await call('POST', url, { body: 'una lettera' })).toEqual({ open: true });
    expect(bodies).toEqual(['una lettera', 'una lettera', 'una lettera']);
  });

  test('a call is repeated when the service dies before it has answered, and when nobody listens', async () => {
    const first = await opened((request) => void request.socket.destroy());
    const answer = call('GET', first.url);
    await first.close();
    await opened((_, response) => answerJson(response, 200, { again: true }), first.port);
    expect(await answer).toEqual({ again: true });
  });

  test('a call gives up when its patience has ended, and names the door and the cause', async () => {
    const gone = await smallDoor(() => undefined);
    await gone.close();
    const given = await call('GET', `${gone.url}/terms`, { patienceMs: 400 }).catch((error: unknown) => error);
    expect(given).toBeInstanceOf(DoorShut);
    expect((given as DoorShut).message).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/terms is shut: .*ECONNREFUSED/);
  });

  test('a service that does not answer has no state, and nobody waits for it', async () => {
    const gone = await smallDoor(() => undefined);
    await gone.close();
    const { url } = await opened((_, response) => answerJson(response, 200, { inWork: 2 }));
    const services = new SuiteServices({ identity: url, mailbox: gone.url }, 'operatore');
    expect([...(await services.states('quiet'))]).toEqual([
      ['identity', { inWork: 2 }],
      ['mailbox', null],
    ]);
  });
});

test('the operator’s calls carry the operator’s token, and a service that is none is a mistake of ours', async () => {
  const { url } = await opened((request, response) => void response.end(request.headers.authorization));
  const services = new SuiteServices({ migration: url }, 'operatore');
  expect(await services.asOperator('migration', 'GET', '/')).toBe('Bearer operatore');
  expect(Buffer.from(await services.bytesAsOperator('migration', '/')).toString()).toBe('Bearer operatore');
  await expect(services.asOperator('portineria', 'GET', '/')).rejects.toThrow('no service portineria');
});
