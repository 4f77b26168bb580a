import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import type { ProblemDocument, RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const stage = new Stage();
let service: RunningService<ParcelClient>;
let authorization: string;
const parcel = { id: '0b6a4d0e-53f4-4b0c-8f2e-6f3a5f1f9a10', label: 'books', weight: 3 };

beforeAll(async () => {
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  service = await stage.started();
  await service.ready;
  // The service is its own caller here: a token that `counter` would show, made with the suite's key.
  authorization = `Bearer ${await stage.tokenOf('counter', 'parcels')}`;
});

afterAll(() => stage.end());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ProblemDocument;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as ProblemDocument };
}

async function register(body: unknown, language: string, key: string = crypto.randomUUID()): Promise<Answer> {
  const headers = {
    authorization,
    'content-type': 'application/json',
    'accept-language': language,
    'idempotency-key': key,
  };
  return await ask('/parcels', {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('a refusal', () => {
  test('is a problem with its code, its rule and words in the caller’s language', async () => {
    const { status, headers, body } = await register({ ...parcel, weight: 25 }, 'en');
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(headers.get('content-language')).toBe('en');
    expect(body).toMatchObject({
      type: 'parcel/too-heavy',
      title: 'The request cannot be carried out',
      status: 422,
      detail: 'The parcel is too heavy.',
      rule: 'PARCEL-WEIGHT',
      details: { most: 20 },
    });
  });

  test('is in Italian for who asks for Italian and for who asks for nothing', async () => {
    expect((await register({ ...parcel, weight: 25 }, 'it-IT')).body).toMatchObject({
      title: 'La richiesta non può essere eseguita',
      detail: 'Il pacco è troppo pesante.',
    });
    expect((await register({ ...parcel, weight: 25 }, '')).body.detail).toBe('Il pacco è troppo pesante.');
  });
});

describe('a request that is not well formed', () => {
  // @rule HTTP-REQUEST-SHAPE
  test('is told every fault at once, in both languages, without what was sent', async () => {
    const english = await register({ label: 'x', weight: 'heavy-secret' }, 'en');
    expect(english.status).toBe(400);
    expect(english.body.type).toBe('request/malformed');
    expect(english.body.faults).toEqual([
      { at: 'body.id', message: 'is missing' },
      { at: 'body.label', message: 'Too small: expected string to have >=3 characters' },
      { at: 'body.weight', message: 'Invalid input: expected number, received string' },
    ]);
    const italian = await register({ label: 'x', weight: 'heavy-secret' }, 'it');
    expect(italian.body.faults?.map((fault) => fault.at)).toEqual(['body.id', 'body.label', 'body.weight']);
    italian.body.faults?.forEach((fault, index) =>
      expect(fault.message).not.toBe(english.body.faults?.[index]?.message),
    );
    expect(JSON.stringify([english.body, italian.body])).not.toContain('heavy-secret');
  });

  // @rule HTTP-BODY
  test('is told so when its JSON cannot be read, its type is not taken, or its size is too large', async () => {
    expect(await register('{"id":', 'en')).toMatchObject({ status: 400, body: { type: 'request/malformed' } });
    const text = { method: 'POST', headers: { authorization, 'content-type': 'text/x-unknown' }, body: 'x' };
    expect(await ask('/parcels', text)).toMatchObject({ status: 415, body: { type: 'request/content-type' } });
    const large = JSON.stringify({ ...parcel, label: 'x'.repeat(2 * 1024 * 1024) });
    expect(await register(large, 'en')).toMatchObject({ status: 413, body: { type: 'request/too-large' } });
  });

  // @rule HTTP-TEXT
  test.each([
    ['a NUL character', 'bo\0oks'],
    ['half a pair of surrogates', 'bo\ud800ks'],
  ])('with %s in a text is told where it is', async (_, label) => {
    const { status, body } = await register({ ...parcel, id: crypto.randomUUID(), label }, 'en');
    expect({ status, type: body.type, faults: body.faults }).toEqual({
      status: 400,
      type: 'request/malformed',
      faults: [{ at: 'body.label', message: 'has a character that no text has' }],
    });
    const query = await ask(`/parcels?after=${encodeURIComponent('a\0')}`, { headers: { authorization } });
    expect(query).toMatchObject({ status: 400, body: { faults: [{ at: 'query.after' }] } });
  });

  test('has its query checked and completed', async () => {
    const list = async (query: string) => await fetch(`${service.url}/parcels${query}`, { headers: { authorization } });
    expect(await (await list('')).json()).toMatchObject({ limit: 50 });
    expect(await (await list('?limit=7')).json()).toMatchObject({ limit: 7 });
    expect((await list('?limit=0')).status).toBe(400);
  });

  // @rule HTTP-ROUTE
  test('to an address where there is nothing is told so', async () => {
    expect(await ask('/nothing')).toMatchObject({ status: 404, body: { type: 'request/no-such-route' } });
  });
});

describe('a fault', () => {
  // @rule HTTP-FAULT
  test('shows nothing of its insides and names the trace under which the log tells more', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { status, body } = await ask('/parcels/broken', { headers: { traceparent } });
    expect(status).toBe(500);
    expect(body).toMatchObject({ type: 'service/fault', trace: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(JSON.stringify(body)).not.toContain('scale');
  });
});

describe('a message taken as it is', () => {
  test('reaches its route byte for byte, up to the size that the service names', async () => {
    const send = async (body: string) =>
      await fetch(`${service.url}/parcels/letters`, {
        method: 'POST',
        headers: { 'content-type': 'message/rfc822' },
        body,
      });
    expect(await (await send('Subject: x\r\n\r\ny')).json()).toEqual({ bytes: 15 });
    expect((await send('x'.repeat(6_000))).status).toBe(413);
    const unannounced = ReadableStream.from([Buffer.from('x'.repeat(3_000)), Buffer.from('x'.repeat(3_000))]);
    const init = { method: 'POST', headers: { 'content-type': 'message/rfc822' }, body: unannounced, duplex: 'half' };
    expect(await ask('/parcels/letters', init as RequestInit)).toMatchObject({
      status: 413,
      body: { type: 'request/too-large' },
    });
  });
});

describe('a request with an Idempotency-Key', () => {
  // @rule HTTP-IDEMPOTENCY-KEY
  test('sent twice at once is done once and answered alike', async () => {
    const key = 'K-1';
    const both = await Promise.all([register(parcel, 'en', key), register(parcel, 'en', key)]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(both[0]?.body).toEqual(both[1]?.body);
    expect(await service.platform.database?.client.parcel.count()).toBe(1);
    const reordered = { weight: parcel.weight, label: parcel.label, id: parcel.id };
    expect(await register(reordered, 'en', key)).toMatchObject({ status: 201, body: parcel });
  });

  test('is malformed without one', async () => {
    const init = {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(parcel),
    };
    const { status, body } = await ask('/parcels', init);
    expect({ status, at: body.faults?.map((fault) => fault.at) }).toEqual({
      status: 400,
      at: ['header.idempotency-key'],
    });
  });

  // @rule HTTP-IDEMPOTENCY-KEY
  test('is refused when the key has served for another body', async () => {
    const again = await register({ ...parcel, weight: 4 }, 'en', 'K-1');
    expect(again).toMatchObject({
      status: 409,
      body: { type: 'idempotency-key/reused', rule: 'HTTP-IDEMPOTENCY-KEY' },
    });
  });

  test('that was refused is refused alike the second time', async () => {
    const heavy = { ...parcel, id: crypto.randomUUID(), weight: 25 };
    expect((await register(heavy, 'en', 'K-2')).body.type).toBe('parcel/too-heavy');
    expect((await register(heavy, 'en', 'K-2')).body.type).toBe('parcel/too-heavy');
  });
});

test('the operator of a rehearsal may do what the operator is granted and nothing else', async () => {
  const headers = { authorization: `Bearer ${operatorToken}`, 'accept-language': 'en' };
  expect((await fetch(`${service.url}/parcels`, { headers })).status).toBe(200);
  const refused = await ask('/parcels/caller', { headers });
  expect(refused).toMatchObject({ status: 403, body: { type: 'caller/not-permitted', rule: 'AUTH-PERMISSION' } });
});
