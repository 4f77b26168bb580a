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

/** The locks of the processes that are there or wait to be, each with the connection that it hangs on. */
async function locks(which: 'granted' | 'NOT granted'): Promise<{ mode: string; pid: number }[]> {
  const sql = `SELECT mode, pid FROM pg_locks WHERE locktype = 'advisory' AND ${which} AND database =
    (SELECT oid FROM pg_database WHERE datname = current_database())`;
  return (await administrator.query<{ mode: string; pid: number }>(sql)).rows;
}

describe('the processes of a service', () => {
  test('know whether another is there, also one that lost its connection and came back', async () => {
    expect(await enters()).toBe(true);
    expect(await enters()).toBe(false);
    const lost = (await locks('granted')).map(({ pid }) => pid);
    await administrator.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [lost]);
    await eventually(async () => {
      const held = (await locks('granted')).filter(({ pid }) => !lost.includes(pid));
      expect(held.map(({ mode }) => mode)).toEqual(['ShareLock', 'ShareLock']);
    });
    expect(await enters()).toBe(false);
    for (const presence of there.splice(0)) await presence.leave();
    // PostgreSQL frees the locks of a connection a moment after that is closed.
    await eventually(async () => expect(await locks('granted')).toEqual([]));
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
    await eventually(async () => expect(await locks('NOT granted')).toMatchObject([{ mode: 'ShareLock' }]));
    doing.resolve();
    expect(await Promise.all([first, second])).toEqual([true, false]);
  });

  test('are not entered by one whose first work failed, and the next finds itself alone', async () => {
    await expect(enters(() => Promise.reject(new Error('no table')))).rejects.toThrow('no table');
    expect(await enters()).toBe(true);
  });
});
