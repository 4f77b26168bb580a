import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { queryPlan } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { messagesFound } from '../src/persistence/queries/message-search.ts';
import type { MessageSearch } from '../src/persistence/queries/message-search.ts';
import { mail, quiet, submit } from './post.ts';
import { anna, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;
const sent: string[] = [];

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
  const token = await stage.serviceToken('notification');
  for (const to of [mario.box, anna.box, `${mario.box}, ${anna.box}`]) {
    const text = mail(inpsSender, to, [
      `Subject: <b>Prova</b> ${sent.length}`,
      `Message-ID: <search-${sent.length}@x>`,
    ]);
    sent.push((await submit(service, token, text)).body.identificativo);
  }
  await quiet(service);
});

afterAll(() => stage.end());

interface Found {
  readonly items: { readonly identificativo: string; readonly key: string }[];
  readonly next: string | null;
  readonly faults?: { readonly at: string; readonly message: string }[];
}

const ask = async <Body = Found>(path: string, headers: Record<string, string> = { purpose: 'reclamo 12' }) =>
  stage.call<Body>('GET', path, { as: 'operator', to: service, headers: { ...headers, 'accept-language': 'en' } });

const search = async (query: Record<string, string>) => ask(`/messages?${new URLSearchParams(query).toString()}`);
const found = async (query: Record<string, string>) =>
  (await search(query)).body.items.map(({ identificativo }) => identificativo).toSorted();

// @rule MESSAGE-SEARCH
describe('a search of messages', () => {
  test('finds one by its identificativo, with or without angle brackets', async () => {
    const [first = ''] = sent;
    expect((await search({ identificativo: `<${first}>` })).body).toEqual({
      items: [
        {
          key: first,
          identificativo: first,
          at: expect.any(Number),
          sender: inpsSender,
          recipients: [mario.box],
          subject: '<b>Prova</b> 0',
          state: 'concluded',
        },
      ],
      next: null,
    });
    expect(await found({ identificativo: 'nessuno@pec.example' })).toEqual([]);
  });

  // @rule MESSAGE-SEARCH
  test('finds what a box has sent, what came for a box, and what became known on a day in Rome', async () => {
    expect(await found({ sender: inpsSender.toUpperCase() })).toEqual(sent.toSorted());
    expect(await found({ recipient: anna.box })).toEqual(sent.slice(1).toSorted());
    expect(await found({ recipient: anna.box, sender: mario.box })).toEqual([]);
    const [first] = (await search({ sender: inpsSender })).body.items;
    const { knownAt } = await stage.client.message.findUniqueOrThrow({ where: { identificativo: first?.key ?? '' } });
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Rome' }).format(knownAt);
    expect(await found({ day, sender: inpsSender })).toEqual(sent.toSorted());
    expect(await found({ day: '2001-01-01' })).toEqual([]);
  });

  test('is read page by page, the newest first, with the same filters alone', async () => {
    const first = (await search({ sender: inpsSender, limit: '2' })).body;
    const second = (await search({ sender: inpsSender, limit: '2', after: first.next ?? '' })).body;
    expect([...first.items, ...second.items].map(({ identificativo }) => identificativo).toSorted()).toEqual(
      sent.toSorted(),
    );
    expect(second.next).toBeNull();
    expect((await search({ sender: anna.box, after: first.next ?? '' })).status).toBe(400);
  });

  test.each([
    [{}, 'query.identificativo', 'at least one of identificativo, sender, recipient and day is needed'],
    [{ day: '2010-02-30' }, 'query.day', 'There is no day 2010-02-30 in the calendar.'],
    [{ identificativo: 'a\u200bb' }, 'query.identificativo', 'has characters that nobody sees: U+200B'],
    [{ recipient: 'anna' }, 'query.recipient', expect.any(String)],
  ])('that is no search is told so: %j', async (query, at, message) => {
    const { status, body } = await search(query);
    expect(status).toBe(400);
    expect(body.faults).toContainEqual({ at, message });
  });

  test('needs a purpose, as reading one message does', async () => {
    expect((await ask(`/messages?sender=${inpsSender}`, {})).status).toBe(400);
    expect((await ask(`/messages/${sent[0]}`, {})).status).toBe(400);
  });

  test('reads each condition from an index, among 50,000', async () => {
    await stage.client.$executeRaw`
      INSERT INTO message (identificativo, certified, known_at)
      SELECT 'm' || n, jsonb_build_object('mittente', 'casella' || n % 1000 || '@pec.example'), now() + n * interval '1 minute'
      FROM generate_series(1, 50000) AS n`;
    const planOf = async (asked: MessageSearch) =>
      queryPlan((await stage.database()).migratorUrl, messagesFound(asked, undefined, 51));
    const during = { from: parseInstant('2030-01-01T00:00:00Z'), until: parseInstant('2030-01-02T00:00:00Z') };
    for (const asked of [
      { sender: 'casella7@pec.example' },
      { during },
      { identificativo: 'm7' },
      { recipient: anna.box },
    ])
      expect(await planOf(asked)).not.toContain('Seq Scan message');
    expect((await planOf({ sender: 'casella7@pec.example' })).join()).toContain('message_sender');
    expect((await planOf({ during })).join()).toContain('message_known_at_identificativo_idx');
  });
});

// @rule MESSAGE-SEARCH
describe('the life of a message', () => {
  test('has its outcomes, our receipts, and what came in, and nothing of its content', async () => {
    const { status, body } = await ask<Record<string, { readonly [name: string]: unknown }[]>>(`/messages/${sent[1]}`);
    expect(status).toBe(200);
    expect(body['recipients']).toMatchObject([
      { address: anna.box, state: 'delivered', outcomeAt: expect.any(Number) },
    ]);
    expect(body['emissions']?.map(({ kind }) => kind).toSorted()).toEqual(
      ['accettazione', 'avvenuta-consegna', 'posta-certificata', 'presa-in-carico'].toSorted(),
    );
    expect(body['arrivals']?.map(({ tipo }) => tipo)).toContain('posta-certificata');
    expect(JSON.stringify(body)).not.toContain('Testo.');
    expect((await ask(`/messages/nessuno@pec.example`)).status).toBe(404);
  });
});
