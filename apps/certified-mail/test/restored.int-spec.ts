import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { allPublished, decideToGoOn, eventually, publishedTypes, recordsOf, untilWentBack } from '@recapito/testing';
import { ReceiveIncoming } from '../src/application/incoming/receive-incoming.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { HoldDesk } from './hold-desk.ts';
import { sealedEnvelope } from './peer.ts';
import { mail, quiet, submit } from './post.ts';
import { anna, comune, inAugust, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
const topic = 'certified-mail.messages.v1';
const subjects = ['Prima', 'Consegnata', 'In attesa'] as const;
/** Envelopes of another provider; the first lay in its box when the database was lost. */
const arrivals = ['Arrivata', 'Da prendere', 'Senza file'] as const;

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

/** Hands an envelope of the public bodies' provider to the incoming point of anna's. */
async function arrived(subject: (typeof arrivals)[number], number: number): Promise<void> {
  const installation = service.app.get(Installation);
  const letter = { from: comune, to: anna.box, subject, number };
  const bytes = await sealedEnvelope(installation, 'Gestore PEC degli Enti', letter);
  const mail = { towards: 'PostaCertificat@', reversePath: comune, forwardPath: [anna.box], bytes };
  expect(await service.app.get(ReceiveIncoming).receive(mail)).toEqual({ received: 'taken' });
  const id = `pec9.20100802090000.${String(number).padStart(5, '0')}@${installation.own('Gestore PEC degli Enti').domain}`;
  ids.set(subject, id);
  stage.answeredOutside.add(id);
}

const typesOf = async (subject: string) => publishedTypes(stage, topic, ids.get(subject) ?? '');

/** How many messages in a box have this line and speak of this subject. */
const received = (box: string, line: string, subject: string) =>
  stage.store.messagesOf(box).filter((text) => text.includes(`${line}\r\n`) && text.includes(subject)).length;

const envelopes = () => subjects.map((subject) => received(anna.box, 'X-Trasporto: posta-certificata', subject));
const acceptances = () => subjects.map((subject) => received(inpsSender, 'X-Ricevuta: accettazione', subject));
const deliveries = () => subjects.map((subject) => received(inpsSender, 'X-Ricevuta: avvenuta-consegna', subject));

interface Standing {
  readonly items: { readonly id: string; readonly subject: string }[];
}

const standing = async () =>
  (await stage.call<Standing>('GET', '/restore/arrivals', { token: desk.maria, headers: { purpose: 'ripristino' } }))
    .body;

const bySubject = (items: Standing['items']) =>
  items.toSorted((one, other) => one.subject.localeCompare(other.subject));

const because = { purpose: Buffer.from('il file è perduto').toString('latin1') };

const decide = async (
  id: string,
  how: 'take' | 'give-up',
  headers: Record<string, string> = because,
  token = desk.maria,
) => await stage.call('POST', `/restore/arrivals/${id}/${how}`, { token, headers });

/**
 * The types of the facts that wait for a decision. The other provider is one of ours here, whose key the spec has used: what
 * it makes of receipts for messages that it never accepted are reports.
 */
async function open(): Promise<string[]> {
  const { body } = await stage.call<{ items: { type: string }[] }>('GET', '/restore/forgotten', { as: 'operator' });
  return body.items
    .map(({ type }) => type)
    .filter((type) => !['anomaly-enclosed', 'receipt-doubted', 'receipt-unplaced'].includes(type))
    .toSorted();
}

/** Undefined when the arrival does not wait any more. */
async function decided(subject: string, how: 'take' | 'give-up') {
  const one = (await standing()).items.find((item) => item.subject === subject);
  return one && (await decide(one.id, how));
}

/** The files of the spool in which an id stands. */
function filesWith(id: string): string[] {
  const spool = join(stage.folder, 'spool');
  const files = readdirSync(spool, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file, 'latin1').includes(`<${id}>`));
}

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
  await arrived('Arrivata', 1);
  await quiet(service);
  desk = new HoldDesk(stage, service);
  expect((await desk.hold(desk.maria, { box: mario.box, reason: 'spam' })).status).toBe(201);
  // Accepted and taken in charge; neither its receipt nor the message itself is in its box when the database is lost.
  await stage.store.stop();
  await accepted('In attesa');
  await arrived('Da prendere', 2);
  await arrived('Senza file', 3);
  await eventually(async () => expect((await typesOf('In attesa')).at(-1)).toBe('taken-in-charge'));
  await allPublished(stage);
  before = new Map();
  for (const subject of [...subjects, ...arrivals]) before.set(subject, await typesOf(subject));
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
    expect(await open()).toEqual(['message-delivered', 'taken-in-charge', 'taken-in-charge', 'taken-in-charge']);
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

  // @rule ARRIVAL-DECIDED
  test('arrivals of another provider wait for an operator, who sees what is known of each', async () => {
    const { items } = await standing();
    const known = { sender: comune, provider: 'PostaCertificat@', takenAt: inAugust, spooled: true };
    const shown = (subject: string, outcome: string | null) => {
      return { ...known, identificativo: ids.get(subject), subject, boxes: [{ address: anna.box, outcome }] };
    };
    const [first, ...others] = arrivals;
    // What lay in its box has no file any more.
    expect(bySubject(items)).toMatchObject([
      { ...shown(first, 'message-delivered'), spooled: false },
      ...others.map((subject) => shown(subject, null)),
    ]);
    const [one] = items;
    expect((await decide(one?.id ?? '', 'take', {})).body).toMatchObject({ type: 'request/malformed' });
    expect((await standing()).items).toHaveLength(3);
  });

  // @rule ARRIVAL-DECIDED
  test('what is taken is delivered, nothing of it is said a second time, and what was delivered stays as it is', async () => {
    for (const subject of ['Arrivata', 'Da prendere'] as const) {
      const boxes = subject === 'Arrivata' ? [] : [anna.box];
      expect(await decided(subject, 'take')).toMatchObject({ status: 200, body: { outcome: 'taken', boxes } });
      expect(await decided(subject, 'take')).toBeUndefined();
    }
    await quiet(service);
    await allPublished(stage);
    expect(await typesOf('Arrivata')).toEqual(before.get('Arrivata'));
    expect(await typesOf('Da prendere')).toEqual([...(before.get('Da prendere') ?? []), 'message-delivered']);
    const inBox = arrivals.map((subject) => received(anna.box, 'X-Trasporto: posta-certificata', subject));
    expect(inBox).toEqual([1, 1, 0]);
  });

  // @rule ARRIVAL-DECIDED
  test('what has no file is given up by two persons, and its sender is told; the act, its reason and the reading are facts', async () => {
    const id = ids.get('Senza file') ?? '';
    for (const file of filesWith(id)) rmSync(file);
    const [{ id: arrival } = { id: '' }] = (await standing()).items;
    expect((await decide(arrival, 'take')).body).toMatchObject({ type: 'arrival/not-spooled' });
    const asked = await decide(arrival, 'give-up');
    expect(asked).toMatchObject({ status: 202, body: { act: 'give-up-arrival', by: 'maria.bianchi' } });
    const approval = { ...because, approval: String(asked.body['approval']) };
    expect((await decide(arrival, 'give-up', approval)).body).toMatchObject({ type: 'approval/same-person' });
    const both = await Promise.all(
      [1, 2].map(async () => (await decide(arrival, 'give-up', approval, desk.luca)).body),
    );
    expect(both).toContainEqual({ outcome: 'given-up', boxes: [anna.box] });
    expect(both).toContainEqual(
      expect.objectContaining({ type: expect.stringMatching(/^approval\/|^arrival\/unknown/) }),
    );
    await quiet(service);
    await allPublished(stage);
    expect(await typesOf('Senza file')).toEqual([...(before.get('Senza file') ?? []), 'message-not-delivered']);
    expect(received(comune, 'X-Ricevuta: errore-consegna', 'Senza file')).toBe(1);
    expect(await open()).toEqual([]);
    const told = await recordsOf(stage, 'certified-mail.readings.v1');
    const acts = told.map(({ value }) => JSON.parse(String(value)) as Record<string, unknown>);
    expect(acts).toContainEqual({
      kind: 'operator',
      caller: 'maria.bianchi',
      act: 'decide-arrivals',
      subject: `/restore/arrivals/${arrival}/give-up`,
      purpose: 'il file è perduto',
    });
    expect(acts).toContainEqual(expect.objectContaining({ act: 'decide-arrivals', subject: '/restore/arrivals' }));
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
