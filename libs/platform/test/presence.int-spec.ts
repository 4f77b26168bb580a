import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, freshDatabase } from '@recapito/testing';
import type { FreshDatabase } from '@recapito/testing';
import { Client } from 'pg';
import { Presence } from '../src/index.ts';

let database: FreshDatabase;
let administrator: Client;
const there: Presence[] = [];

beforeAll(async () => {
  database = await freshDatabase({ app: 'presence', schemaSql: 'SELECT 1' });
  administrator = new Client({ connectionString: database.url });
  await administrator.connect();
});

afterEach(async () => {
  for (const presence of there.splice(0)) await presence.leave();
});

afterAll(async () => {
  await administrator.end();
  await database.drop();
});

/** A process enters; true when it found itself alone. */
async function enters(whenAlone: () => Promise<void> = async () => undefined): Promise<boolean> {
  const presence = new Presence({ databaseUrl: database.url, service: 'presence' });
  let alone = false;
  await presence.enter(async () => {
    alone = true;
    await whenAlone();
  });
  there.push(presence);
  return alone;
}

const locks = async (which: 'granted' | 'NOT granted' = 'granted') => {
  const sql = `SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND ${which} AND database =
    (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY mode`;
  return (await administrator.query<{ mode: string }>(sql)).rows.map(({ mode }) => mode);
};

describe('the processes of a service', () => {
  test('know whether another is there, also one that lost its connection and came back', async () => {
    expect(await enters()).toBe(true);
    expect(await enters()).toBe(false);
    await administrator.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'presence-presence'`,
    );
    await eventually(async () => expect(await locks()).toEqual(['ShareLock', 'ShareLock']));
    expect(await enters()).toBe(false);
    for (const presence of there.splice(0)) await presence.leave();
    expect(await enters()).toBe(true);
  });

  test('wait for one that found itself alone until it has done what there is to do', async () => {
    const doing = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = enters(async () => {
      begun.resolve();
      await doing.promise;
    });
    await begun.promise;
    const second = enters();
    await eventually(async () => expect(await locks('NOT granted')).toEqual(['ShareLock']));
    doing.resolve();
    expect(await Promise.all([first, second])).toEqual([true, false]);
  });

  test('are not entered by one whose first work failed, and the next finds itself alone', async () => {
    await expect(enters(() => Promise.reject(new Error('no table')))).rejects.toThrow('no table');
    expect(await enters()).toBe(true);
  });
});
