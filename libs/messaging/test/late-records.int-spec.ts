import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { eventually, namespace } from '@recapito/testing';
import { z } from 'zod';
import type { ServiceConnection } from '../src/index.ts';
import { append, headersOf, listForgotten, outboxPending, Relay, wentBack } from '../src/index.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, noon, produceRaw, recordsOf, specDatabase } from './scene.ts';

const boxStated = event('mailbox.directory.v1', 'spec-box', z.object({ state: z.string() }));
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

// @rule RELAY-OWN-TAILS
describe('a record that another writer puts on a topic of the service', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let relay: Relay;

  beforeEach(async () => {
    connection = connectionFor('mailbox', namespace());
    database = await specDatabase('mailbox');
    relay = new Relay({ ...connection, databaseUrl: database.url });
    relay.start();
  });

  afterEach(async () => {
    await relay.stop();
    await database.drop();
  });

  const state = (sequence: number, text: string) =>
    database.transaction((tx) => append(tx, boxStated, { key: 'box', sequence, time: noon, data: { state: text } }));
  const published = () => eventually(async () => (await database.transaction(outboxPending)) === 0);
  const states = async () =>
    (await recordsOf(connection, boxStated.topic)).map(
      ({ value }) => (JSON.parse(String(value)) as { state: string }).state,
    );
  /** Puts a state on the topic as a relay would that was replaced and did not notice. */
  const sendLate = (id: string, sequence: number, text: string) => {
    const { topic, type, version } = boxStated;
    const headers = headersOf({ id, topic, type, version, key: 'box', sequence, time: noon, traceparent });
    const value = JSON.stringify({ state: text });
    return produceRaw(connection, [{ key: 'box', value, headers: { ...headers } }], topic);
  };

  test('a late earlier state is followed by the newest again, found at the next opening', async () => {
    const first = await state(1, 'active');
    await state(2, 'closed');
    await published();
    await relay.stop();
    await sendLate(first, 1, 'active');
    relay = new Relay({ ...connection, databaseUrl: database.url });
    relay.start();
    await eventually(async () => expect(await states()).toEqual(['active', 'closed', 'active', 'closed']));
    expect(await database.transaction(wentBack)).toEqual({ since: null, forgotten: 0 });
  });

  test('a late earlier state is found while the relay works, too, with nothing else to publish', async () => {
    const first = await state(1, 'active');
    await state(2, 'closed');
    await published();
    await sendLate(first, 1, 'active');
    await eventually(async () => expect(await states()).toEqual(['active', 'closed', 'active', 'closed']));
  });

  test('a fact that the outbox does not know, put there while the relay works, is kept as forgotten and stops nothing', async () => {
    await state(1, 'active');
    await published();
    await sendLate('0198bb5f-47a4-7000-8000-00000000000a', 2, 'taken over');
    await state(2, 'closed');
    await published();
    await eventually(async () => {
      const facts = await database.transaction((tx) => listForgotten(tx, { limit: 10 }));
      expect(facts).toMatchObject([{ key: 'box', sequence: 2, value: '{"state":"taken over"}' }]);
    });
    await state(3, 'deleted');
    await published();
    expect(await states()).toEqual(['active', 'taken over', 'closed', 'deleted']);
    expect(relay.state().stoppedByRestore).toBe(false);
  });
});
