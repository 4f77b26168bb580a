import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { receiptUnplaced } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { client, dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
let one: RunningService<PrismaClient>;
let other: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  await stage.set();
  one = await stage.service();
  other = await stage.service();
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

function received(box: string, kind: string): number {
  return stage.store.messagesOf(box).filter((message) => message.includes(`${kind}\r\n`)).length;
}

describe('two processes on one database and one spool', () => {
  test('share the work: every message arrives once, with one receipt and one outcome', async () => {
    const texts = Array.from({ length: 24 }, (_, nth) => mail(inpsSender, anna.box, [`Subject: Insieme ${nth}`]));
    const answers = await Promise.all(texts.map((text, nth) => submit(nth % 2 ? one : other, notification, text)));
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(new Set(answers.map(({ body }) => body.identificativo)).size).toBe(24);
    await quiet(one);
    expect(received(anna.box, 'X-Trasporto: posta-certificata')).toBe(24);
    expect(received(inpsSender, 'X-Ricevuta: avvenuta-consegna')).toBe(24);
    const facts = await factsOf(one);
    for (const ofOne of Map.groupBy(facts, ({ key }) => key).values()) expect(incoherences(ofOne)).toEqual([]);
    expect(facts.filter(({ type }) => type === 'message-delivered')).toHaveLength(24);
  });

  test('the same message at both doors at once is one message', async () => {
    const text = mail(inpsSender, mario.box, ['Subject: A due porte', 'Message-ID: <doors@notification>']);
    const answers = await Promise.all([one, other, one, other].map((door) => submit(door, notification, text)));
    expect(new Set(answers.map(({ body }) => body.identificativo)).size).toBe(1);
    await quiet(other);
    expect(received(mario.box, 'Subject: POSTA CERTIFICATA: A due porte')).toBe(1);
  });
});

describe('a process that begins while another has work in hand', () => {
  test('leaves it there until the time for it is up, and takes it at once when nobody is there', async () => {
    await stage.store.stop();
    const { body } = await submit(one, notification, mail(inpsSender, anna.box, ['Subject: In mano']));
    // Once it has failed and rests: whoever tried it has let go of it.
    const take = `UPDATE emission SET not_before = 'infinity' WHERE identificativo = $1 AND kind = 'accettazione'
      AND failed_at IS NOT NULL AND not_before < clock_timestamp() + interval '5 seconds' RETURNING kind`;
    const taken = () => client(one).$queryRawUnsafe<unknown[]>(take, body.identificativo);
    await eventually(async () => (await taken()).length === 1);
    const third = await stage.service();
    const waiting = `SELECT not_before::text AS until FROM emission WHERE identificativo = $1 AND kind = 'accettazione'`;
    expect(await client(third).$queryRawUnsafe(waiting, body.identificativo)).toEqual([{ until: 'infinity' }]);
    await Promise.all([one, other, third].map((service) => service.stop()));
    await stage.store.run();
    one = await stage.service();
    other = await stage.service();
    await quiet(one);
    expect(received(inpsSender, 'Subject: ACCETTAZIONE: In mano')).toBe(1);
  });
});

describe('a receipt whose box was deleted meanwhile', () => {
  test('is told to have no place, and counts as the outcome all the same', async () => {
    await stage.store.stop();
    const token = await stage.citizenToken(mario.holder, 'pin');
    const { body } = await submit(one, token, mail(mario.box, comune, ['Subject: Una cosa ancora']));
    expect(body.outcome).toBe('accepted');
    await stage.listBox(mario, 'inps-trial', 'deleted', 2);
    await stage.store.run();
    await eventually(async () => expect(await dataOf(one, receiptUnplaced, body.identificativo)).toHaveLength(1));
    expect(await dataOf(one, receiptUnplaced, body.identificativo)).toMatchObject([
      { tipo: 'avvenuta-consegna', casella: mario.box, motivo: 'mailbox/state-forbids' },
    ]);
    await quiet(one);
    const headers = { authorization: `Bearer ${await stage.tokenOf('operator')}` };
    const path = `/submissions/${encodeURIComponent(body.identificativo)}`;
    expect(await (await fetch(`${one.url}${path}`, { headers })).json()).toMatchObject({
      state: 'concluded',
      recipients: [{ address: comune, state: 'delivered' }],
    });
  });
});

describe('a file in the spool that no row speaks of', () => {
  test('is set aside when it is an hour old, and not before: its row may be about to commit', async () => {
    const spool = join(stage.folder, 'spool');
    const [old, young] = ['orphan-of-yesterday', 'orphan-of-now'].map((name) => join(spool, name));
    if (old === undefined || young === undefined) throw new Error('there are two');
    for (const path of [old, young]) writeFileSync(path, 'nobody speaks of this');
    const before = new Date(Date.now() - 61 * 60_000);
    utimesSync(old, before, before);
    // Each process looks when it begins, and then every ten minutes.
    const third = await stage.service();
    await submit(third, notification, mail(inpsSender, anna.box, ['Subject: Sveglia']));
    await eventually(() => !existsSync(old));
    expect(existsSync(join(spool, 'orphans', 'orphan-of-yesterday'))).toBe(true);
    expect(existsSync(young)).toBe(true);
    await eventually(async () => {
      const health = (await (await fetch(`${third.management}/health/ready`)).json()) as { checks: { name: string }[] };
      expect(health.checks.find(({ name }) => name === 'orphans')).toMatchObject({ state: 'degraded', aside: 1 });
    });
    await quiet(third);
  });
});
