import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays, parseInstant, romeDay } from '@recapito/primitives';
import type { TopicName } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { eventually, queryPlan } from '@recapito/testing';
import { factsAboutMessage, factsAboutSubject } from '../src/persistence/fact.store.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Scene } from './scene.ts';

const mario = 'e7813ab2-9c9c-85bc-86cb-40c5bf165603';
const message = 'opec293.20100802090000.00001.1.1.51@postacertificata.gov.it';

let scene: Scene;
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.setClock(parseInstant('2010-08-02T07:00:00Z'));
  service = await scene.service();
  await send('identity.holders.v1', mario, '{"holder":"mario"}');
  await send('mailbox.mailboxes.v1', mario, '{"to":"active"}');
  await send('identity.accesses.v1', mario, '{"door":"imap"}');
  await send('identity.holders.v1', randomUUID(), '{"holder":"other"}');
  await send('certified-mail.messages.v1', message, '{"oggetto":"<script>\u202e"}');
  await send('certified-mail.messages.v1', message, 'no JSON');
});
afterAll(() => scene.close());

/** Sends one record and waits until the trace has it: the order of topics is nobody's else. */
async function send(topic: TopicName, key: string, value: string): Promise<void> {
  const before = (await scene.entries()).length;
  const type = `it.recapito.${topic.replace('.v1', '')}.a-fact`;
  await scene.send(topic, 0, [{ id: randomUUID(), key, value, type }]);
  await eventually(async () => (await scene.entries()).length > before);
}

interface Facts {
  readonly items: readonly { readonly index: number; readonly topic: string; readonly data: unknown }[];
  readonly next: string | null;
}

const asked = (query: string, purpose = 'telefonata') =>
  scene.ask(service, `/entries?${query}`, { headers: { purpose } });
const found = async (query: string) => (await (await asked(query)).json()) as Facts;

// @rule TRACE-FACTS
test('the facts about a person are found by their id, in their order, each with its entry', async () => {
  const { items } = await found(`subject=${mario}`);
  expect(items).toMatchObject([
    {
      day: '2010-08-02',
      topic: 'identity.holders.v1',
      type: 'a-fact',
      at: 1_280_732_400_000,
      data: { holder: 'mario' },
    },
    { topic: 'mailbox.mailboxes.v1', data: { to: 'active' } },
  ]);
  for (const { index, topic } of items)
    await eventually(async () => {
      const response = await scene.ask(service, `/entries/${index}`);
      expect(await response.json()).toMatchObject({ entry: { index, topic } });
    });
});

test('a page goes on above the entry at which the one before ended', async () => {
  const first = await found(`subject=${mario}&limit=1`);
  expect(first.items.map(({ topic }) => topic)).toEqual(['identity.holders.v1']);
  const second = await found(`subject=${mario}&limit=1&after=${first.next}`);
  expect(second).toMatchObject({ items: [{ topic: 'mailbox.mailboxes.v1' }], next: null });
});

test('the facts of a message are found from the day on which it became known, whatever they hold', async () => {
  const query = (day: string) => `message=${encodeURIComponent(message)}&day=${day}`;
  expect((await found(query('2010-08-02'))).items).toMatchObject([
    { topic: 'certified-mail.messages.v1', data: { oggetto: '<script>\u202e' } },
    { data: null },
  ]);
  expect((await found(query('2010-07-26'))).items).toHaveLength(2);
  expect((await found(query('2010-07-25'))).items).toEqual([]);
  expect((await found(query('2010-08-03'))).items).toEqual([]);
});

test('who says neither what nor why is told', async () => {
  for (const query of ['', 'message=a', 'day=2010-08-02', `subject=${mario}&message=a`, 'message=a&day=ieri'])
    expect((await asked(query)).status).toBe(400);
  expect((await scene.ask(service, `/entries?subject=${mario}`)).status).toBe(400);
});

test('they are read from indexes, among 50,000', async () => {
  await scene.owner.query(
    `INSERT INTO entry SELECT '2010-08-02', 1000 + n, '', CASE WHEN n % 5 = 0 THEN 'identity.holders.v1' ELSE
       'certified-mail.messages.v1' END, 1, 0, n, convert_to('message-' || n / 8, 'UTF8'), '',
       convert_to(repeat('x', 600), 'UTF8'), now(), now() FROM generate_series(1, 50000) AS n`,
  );
  await scene.owner.query(`SELECT brin_summarize_new_values('entry_2010_08_02_key_idx')`);
  const { migratorUrl } = scene.database;
  const above = [-1, 51];
  const person = await queryPlan(migratorUrl, { text: factsAboutSubject, values: [mario, ...above] });
  expect(person.join()).toMatch(/Index Scan entry_2010_08_02_key_index_idx/);
  const days = ['2010-08-02', addDays(romeDay('2010-08-02'), 8)];
  const mail = await queryPlan(migratorUrl, { text: factsAboutMessage, values: [message, ...above, ...days] });
  expect(mail.join()).toMatch(/Bitmap Index Scan entry_2010_08_02_key_idx/);
});
