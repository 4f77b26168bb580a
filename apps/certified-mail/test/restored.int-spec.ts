import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { allPublished, decideToGoOn, eventually, publishedTypes, restoreState, untilWentBack } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { HoldDesk } from './hold-desk.ts';
import { mail, quiet, submit } from './post.ts';
import { anna, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
const topic = 'certified-mail.messages.v1';
const subjects = ['Prima', 'Consegnata', 'In attesa'] as const;

let service: RunningService<PrismaClient>;
/** By subject, the id under which each message was accepted. */
const ids = new Map<string, string>();
let before: Map<string, string[]>;
let desk: HoldDesk;

const notification = async () => stage.serviceToken('notification');

async function accepted(subject: string): Promise<void> {
  const text = mail(inpsSender, anna.box, [`Subject: ${subject}`, `Message-ID: <${ids.size}@spec>`]);
  const { status, body } = await submit(service, await notification(), text);
  expect({ status, outcome: body.outcome }).toEqual({ status: 201, outcome: 'accepted' });
  ids.set(subject, body.identificativo);
  stage.answeredOutside.add(body.identificativo);
}

const typesOf = async (subject: string) => publishedTypes(stage, topic, ids.get(subject) ?? '');

/** How many messages in a box have this line and speak of this subject. */
const received = (box: string, line: string, subject: string) =>
  stage.store.messagesOf(box).filter((text) => text.includes(`${line}\r\n`) && text.includes(subject)).length;

const envelopes = () => subjects.map((subject) => received(anna.box, 'X-Trasporto: posta-certificata', subject));
const acceptances = () => subjects.map((subject) => received(inpsSender, 'X-Ricevuta: accettazione', subject));
const deliveries = () => subjects.map((subject) => received(inpsSender, 'X-Ricevuta: avvenuta-consegna', subject));

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
  // Accepted before the backup, delivered after it.
  await stage.store.stop();
  await accepted('Prima');
  await eventually(async () => expect((await typesOf('Prima')).at(-1)).toBe('taken-in-charge'));
  await stage.stop();
  const putBack = await stage.backUp();
  await stage.store.run();
  service = await stage.service();
  await accepted('Consegnata');
  await quiet(service);
  desk = new HoldDesk(stage, service);
  expect((await desk.hold(desk.maria, { box: mario.box, reason: 'spam' })).status).toBe(201);
  // Accepted and taken in charge; neither its receipt nor the message itself is in its box when the database is lost.
  await stage.store.stop();
  await accepted('In attesa');
  await eventually(async () => expect((await typesOf('In attesa')).at(-1)).toBe('taken-in-charge'));
  await allPublished(stage);
  before = new Map();
  for (const subject of subjects) before.set(subject, await typesOf(subject));
  await stage.stop();
  await stage.store.run();
  await putBack();
  service = await stage.start();
  await untilWentBack(stage);
});

afterAll(() => stage.end());

describe('certified-mail whose database was put back', () => {
  test('takes and sends nothing before an operator has decided', async () => {
    const { status } = await submit(
      service,
      await notification(),
      mail(inpsSender, anna.box, ['Subject: Troppo presto']),
    );
    expect(status).toBe(503);
    expect(envelopes()).toEqual([1, 1, 0]);
  });

  // @rule MAIL-REBUILDS STORE-ID-OF-CONTENT
  test('then delivers what it had accepted, and puts no message and no receipt into a box a second time', async () => {
    await decideToGoOn(stage, service);
    await quiet(service);
    expect(envelopes()).toEqual([1, 1, 1]);
    expect(acceptances()).toEqual([1, 1, 1]);
    expect(deliveries()).toEqual([1, 1, 1]);
    expect((await restoreState(stage)).forgotten).toBe(0);
  });

  // @rule MAIL-REBUILDS
  test('says only what is new', async () => {
    await allPublished(stage);
    // Its taking in charge was due in the backup, and its file was erased once it lay in its box: that is a finding.
    expect(await typesOf('Prima')).toEqual([...(before.get('Prima') ?? []), 'original-lost', 'receipt-unplaced']);
    expect(await typesOf('Consegnata')).toEqual(before.get('Consegnata'));
    expect(await typesOf('In attesa')).toEqual([...(before.get('In attesa') ?? []), 'message-delivered']);
    const states = await stage.client.recipient.findMany();
    expect(states.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  // @rule MAIL-REBUILDS
  test('a box that was held is held', async () => {
    const { items } = (await stage.call<{ items: object[] }>('GET', '/holds', { token: desk.maria })).body;
    expect(items).toMatchObject([{ box: mario.box, state: 'held' }]);
    const text = mail(mario.box, anna.box, ['Subject: Tenuta']);
    const { status, body } = await submit(service, await stage.citizenToken(mario.holder, 'pin'), text);
    expect({ status, rule: body.rule }).toEqual({ status: 429, rule: 'ABUSE-HELD' });
  });

  // @rule ID-OF-EPOCH
  test('an id is never used again, although the sequence went back', async () => {
    const serials = [...ids.values()].map((id) => BigInt(id.split('.')[2]?.split('@')[0] ?? '0'));
    await accepted('Dopo');
    await quiet(service);
    const next = BigInt((ids.get('Dopo') ?? '').split('.')[2]?.split('@')[0] ?? '0');
    for (const serial of serials) expect(next).toBeGreaterThan(serial + 1_000_000n);
  });
});
