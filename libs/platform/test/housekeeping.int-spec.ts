import { afterAll, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { start } from '../src/index.ts';
import { Stage } from './parcels/service.ts';

const stage = new Stage();

afterAll(() => stage.end());

const insertOutbox = (id: string, age: string) => `
  INSERT INTO outbox (id, topic, key, type, version, sequence, time, traceparent, value, published_at)
  VALUES ('${id}', 'migration.moves.v1', 'k', 'move-planned', 1, 1, now(), '', '{}', now() - interval '${age}')`;

const insertRequest = (key: string, age: string) => `
  INSERT INTO keyed_request (caller, operation, key, body_hash, asked_at)
  VALUES ('spec', 'POST /parcels', '${key}', '', now() - interval '${age}')`;

test('a service that starts lets go of published facts after sixty days and of requests after two, and keeps the younger', async () => {
  const environment = await stage.environment();
  const first = await start(await stage.service(environment));
  await stage.setClock(parseInstant('2010-08-02T07:00:00Z'));
  await first.ready;
  const { database } = first.platform;
  if (database === undefined) throw new Error('the service has no database');
  const [old, young] = ['018f0000-0000-8000-8000-000000000001', '018f0000-0000-8000-8000-000000000002'];
  for (const sql of [
    insertOutbox(old, '61 days'),
    insertOutbox(young, '59 days'),
    insertRequest('old', '3 days'),
    insertRequest('young', '1 day'),
  ])
    await database.client.$executeRawUnsafe(sql);
  await first.stop();

  const second = await start(await stage.service(environment));
  await second.ready;
  const { client } = second.platform.database ?? {};
  await eventually(async () => {
    const facts = await client?.$queryRawUnsafe(`SELECT id::text FROM outbox WHERE topic = 'migration.moves.v1'`);
    const requests = await client?.$queryRawUnsafe(`SELECT key FROM keyed_request`);
    expect({ facts, requests }).toEqual({ facts: [{ id: young }], requests: [{ key: 'young' }] });
  });
  await second.stop();
});
