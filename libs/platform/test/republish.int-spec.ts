import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { topicsWrittenBy } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import { deleteTopics, eventually, recordsOf } from '@recapito/testing';
import type { RunningService } from '../src/index.ts';
import { operatorsCommand } from './operators-command.ts';
import { ArrivalsModule, arrived } from './parcels/arrivals.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const stage = new Stage();
const folder = mkdtempSync(join(tmpdir(), 'recapito-republish-'));
const tokenFile = join(folder, 'token');
let service: RunningService<ParcelClient>;

beforeAll(async () => {
  writeFileSync(tokenFile, `${operatorToken}\n`);
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  service = await stage.started({ name: 'identity', module: ArrivalsModule, grants: {} }, { RECAPITO_FOLDER: folder });
  await service.ready;
});

afterAll(async () => {
  await stage.end();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(method: string, json?: object, token = operatorToken, language = 'en'): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'accept-language': language, 'content-type': 'application/json' };
  const body = json && { body: JSON.stringify(json) };
  const response = await fetch(`${service.url}/republications`, { method, headers, ...body });
  return { status: response.status, body: await response.json() };
}

async function arrive(): Promise<string> {
  const response = await fetch(`${service.url}/arrivals`, { method: 'POST' });
  return ((await response.json()) as { id: string }).id;
}

const published = () => eventually(async () => expect((await ask('GET')).body).toEqual({ topics: [], left: 0 }));

async function idsOnTopic(): Promise<string[]> {
  return (await recordsOf(stage, arrived.topic)).map(({ headers }) => String(headers?.['ce_id']));
}

const wipe = () => deleteTopics(stage, topicsWrittenBy('identity'));

const command = (...options: string[]) =>
  operatorsCommand('republish/main.ts', '--service', 'identity', '--url', service.url, ...options);

test('after the broker has lost every topic of a service, the command brings its facts back with the same ids', async () => {
  const ids = [await arrive(), await arrive()];
  await eventually(async () => expect(await idsOnTopic()).toEqual(ids));
  await wipe();
  const first = await command('--token', tokenFile);
  expect(first).toEqual({ code: 0, said: expect.stringMatching(/identity\.accesses\.v1 +2 facts to be sent again\n/) });
  expect(first.said.endsWith('identity: done\n')).toBe(true);
  await eventually(async () => expect(new Set(await idsOnTopic())).toEqual(new Set(ids)));
  const once = (await idsOnTopic()).slice(0, 2);
  expect(once).toEqual(ids);
  const later = await arrive();
  await eventually(async () => expect((await idsOnTopic()).at(-1)).toBe(later));
});

test('a second republication sends the same facts once more, under the same ids; one topic may be named', async () => {
  await published();
  const before = await idsOnTopic();
  const known = new Set(before);
  expect(await ask('POST', { topic: arrived.topic })).toEqual({
    status: 202,
    body: { items: [{ topic: 'identity.accesses.v1', facts: 3 }] },
  });
  await published();
  const after = await idsOnTopic();
  expect(after).toHaveLength(before.length + 3);
  expect(new Set(after)).toEqual(known);
  expect(await ask('POST', {})).toMatchObject({
    status: 202,
    body: {
      items: [
        { topic: 'identity.holders.v1', facts: 0 },
        { topic: 'identity.accesses.v1', facts: 3 },
        { topic: 'identity.operators.v1', facts: 0 },
        // Who asked for republications; the one who asks for this one may be published a moment later.
        { topic: 'identity.readings.v1', facts: expect.any(Number) },
        { topic: 'identity.dead-letters.v1', facts: 0 },
      ],
    },
  });
  await published();
});

test('a topic of another service is refused in two languages, and nobody but an operator is heard', async () => {
  const other = { topic: 'mailbox.directory.v1' };
  expect(await ask('POST', other)).toMatchObject({
    status: 404,
    body: { type: 'republish/not-own-topic', detail: 'This service writes to no topic of this name.' },
  });
  expect(await ask('POST', other, operatorToken, 'it')).toMatchObject({
    body: { detail: 'Questo servizio non scrive su un topic con questo nome.' },
  });
  expect(await command('--token', tokenFile, '--topic', 'mailbox.directory.v1')).toEqual({
    code: 2,
    said: 'identity has refused (404): This service writes to no topic of this name.\n',
  });
  expect((await ask('POST', {}, 'nobody')).status).toBe(401);
  expect((await ask('GET', undefined, 'nobody')).status).toBe(401);
});

test('the command says what is wrong with its own words', async () => {
  expect(await command('--token', join(folder, 'none'))).toEqual({
    code: 2,
    said: `${join(folder, 'none')} cannot be read; --token names the file with an operator's token\n`,
  });
  expect(await command('--token', tokenFile, '--all')).toMatchObject({ code: 2 });
  expect(await command('--token', tokenFile, '--url', 'http://127.0.0.1:9')).toEqual({
    code: 2,
    said: 'identity does not answer at http://127.0.0.1:9\n',
  });
});
