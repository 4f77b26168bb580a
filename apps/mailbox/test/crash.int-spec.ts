import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addressReserved, boxRegistered, switched } from '@recapito/contracts';
import { parseInstant } from '@recapito/primitives';
import { childProcess, eventually } from '@recapito/testing';
import { Client } from 'pg';
import { Listener } from './heard.ts';
import { holderOf, inAugust, mario, Stage } from './stage.ts';

// The group alone waits ten seconds and more for a member that was killed.
const stage = new Stage();
const program = new URL('children/dies-after-commit.ts', import.meta.url).pathname;
let heard: Listener;

beforeAll(async () => {
  heard = await new Listener(stage.namespace).listen();
  stage.onEnd(() => heard.stop());
  await stage.setClock(inAugust);
});

afterAll(() => stage.end());

async function unpublished(): Promise<string[]> {
  const client = new Client({ connectionString: (await stage.database()).migratorUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ type: string }>(
      `SELECT type FROM outbox WHERE published_at IS NULL AND type <> 'directory-census' ORDER BY seq`,
    );
    return rows.map(({ type }) => type);
  } finally {
    await client.end();
  }
}

/** Runs mailbox until it has killed itself behind the first commit that wrote into a table. */
async function dieAfterWriting(table: string, change: () => Promise<void>): Promise<void> {
  const child = childProcess(program, { arguments: [table], environment: await stage.environment() });
  stage.onEnd(() => child.cleanUp());
  await child.line('ready to die');
  await change();
  await child.endedBy('SIGKILL');
}

test('killed between commit and publish, a reservation is told once by the next start, with its address kept', async () => {
  await dieAfterWriting('move', () => stage.planMove(mario));
  expect(await unpublished()).toEqual(['directory-record', 'box-registered', 'address-reserved']);
  expect(heard.of(addressReserved)).toEqual([]);
  const next = await stage.mailbox();
  await eventually(() => expect(heard.directory(holderOf(mario))).toHaveLength(2));
  // The group waits for the member that was killed before it gives its partitions to another.
  await eventually(async () => {
    const state = await stage.rehearsalState(next);
    expect(state).toMatchObject({ outboxPending: 0, consumersLag: 0, inWork: 0 });
  });
  await next.stop();
  expect(heard.of(boxRegistered)).toHaveLength(1);
  expect(heard.of(addressReserved)).toMatchObject([{ address: 'mario.rossi@postacertificata.gov.it' }]);
});

test('killed behind the commit that orders a switch, the switch is made by the next start, once', async () => {
  await dieAfterWriting('switch_order', () => stage.askSwitch(mario, parseInstant('2010-08-02T08:00:00Z')));
  await stage.setClock(parseInstant('2010-08-02T10:30:00Z'));
  const next = await stage.mailbox();
  await eventually(() =>
    expect(heard.directory(holderOf(mario))).toMatchObject([{ state: 'active' }, { state: 'read-only' }]),
  );
  await eventually(() => expect(heard.of(switched)).toHaveLength(1));
  await eventually(async () => expect(await unpublished()).toEqual([]));
  await next.stop();
  expect(heard.of(switched)).toHaveLength(1);
});
