import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { childProcess, eventually, namespace } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { z } from 'zod';
import type { ServiceConnection } from '../src/index.ts';
import { append, outboxPending, readCompacted, Relay } from '../src/index.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, noon, recordsOf, specDatabase } from './scene.ts';

const boxStated = event('mailbox.directory.v1', 'spec-box', z.object({ state: z.string() }));
const program = new URL('children/stopped-relay.ts', import.meta.url).pathname;

describe('the lease of the relay that publishes', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let relay: Relay;
  let child: SpecProcess | undefined;

  beforeEach(async () => {
    connection = connectionFor('mailbox', namespace());
    database = await specDatabase('mailbox');
    relay = new Relay({ ...connection, databaseUrl: database.url });
  });

  afterEach(async () => {
    await child?.cleanUp();
    await relay.stop();
    await database.drop();
  });

  const state = (sequence: number, text: string) =>
    database.transaction((tx) => append(tx, boxStated, { key: 'box', sequence, time: noon, data: { state: text } }));
  const stated = async () =>
    (await recordsOf(connection, boxStated.topic)).map(({ value }) => JSON.parse(String(value)) as { state: string });

  // @rule RELAY-LEASE
  test('a leader that hangs is replaced within 15 seconds; when it wakes it sends nothing, and the newest state stays', async () => {
    child = childProcess(program, {
      environment: { SPEC_DATABASE_URL: database.url, SPEC_NAMESPACE: connection.namespace },
    });
    await state(1, 'active');
    await child.line('stops');
    const hung = performance.now();
    relay.start();
    await state(2, 'closed');
    await eventually(async () => (await database.transaction(outboxPending)) === 0);
    expect(performance.now() - hung).toBeLessThan(15_000);
    expect(relay.state()).toMatchObject({ leading: true, term: 2, sent: 2 });
    child.signal('SIGCONT');
    expect(await child.line(/^stands by/)).toBe('stands by, sent 0');
    expect(await stated()).toEqual([{ state: 'active' }, { state: 'closed' }]);

    const seen: string[] = [];
    const reader = readCompacted(boxStated, { ...connection, onRecord: ({ data }) => void seen.push(data.state) });
    await reader.whenReady;
    await reader.stop();
    expect(seen.at(-1)).toBe('closed');
  });

  test('a leader that stops hands over at once', async () => {
    const first = new Relay({ ...connection, databaseUrl: database.url });
    first.start();
    await eventually(() => first.state().leading);
    relay.start();
    await eventually(() => relay.state().standby);
    const left = performance.now();
    await first.stop();
    await eventually(() => relay.state().leading);
    expect(performance.now() - left).toBeLessThan(2_000);
  });

  test('a leader that works keeps the lease, however long it has nothing to publish', async () => {
    relay.start();
    await eventually(() => relay.state().leading);
    const until = async () => {
      const { rows } = await database.pool.query<{ until: Date }>('SELECT until FROM relay_lease');
      return rows[0]?.until.getTime() ?? 0;
    };
    const first = await until();
    await eventually(async () => (await until()) > first);
    expect(relay.state()).toMatchObject({ leading: true, term: 1 });
  });
});
